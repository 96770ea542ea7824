package proxy

import (
	"crypto/sha1" //nolint:gosec // what the format asks for; nothing rests on it
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"time"
	"unicode/utf16"
)

// storePassword is what everybody uses for a store without secrets.
const storePassword = "changeit"

// keystore is a file of trusted certificates as Java reads it, with those of a
// PEM text that can be read. [seen OpenJDK, JavaKeyStore]
func keystore(bundle []byte, at time.Time) []byte {
	var certs [][]byte
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		if _, err := x509.ParseCertificate(block.Bytes); block.Type == "CERTIFICATE" && err == nil {
			certs = append(certs, block.Bytes)
		}
	}
	b := binary.BigEndian.AppendUint32(nil, 0xfeedfeed)
	b = binary.BigEndian.AppendUint32(b, 2)
	b = binary.BigEndian.AppendUint32(b, uint32(len(certs)))
	text := func(s string) {
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
	}
	for i, cert := range certs {
		b = binary.BigEndian.AppendUint32(b, 2) // a trusted certificate
		text(fmt.Sprintf("cert%d", i))
		b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMilli()))
		text("X.509")
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(cert))), cert...)
	}
	digest := sha1.New()
	for _, unit := range utf16.Encode([]rune(storePassword)) {
		digest.Write([]byte{byte(unit >> 8), byte(unit)})
	}
	digest.Write([]byte("Mighty Aphrodite"))
	digest.Write(b)
	return digest.Sum(b)
}
