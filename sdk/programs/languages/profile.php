<?php
// Reads a profile by curl.
$url = "https://graph.facebook.com/v25.0/{$argv[1]}?fields=first_name&access_token=" . getenv('KITH_PAGE_TOKEN_SHOP');
$c = curl_init($url);
curl_setopt($c, CURLOPT_RETURNTRANSFER, true);
$body = curl_exec($c);
if ($body === false) { fwrite(STDERR, curl_error($c)); exit(1); }
echo json_decode($body)->first_name, "\n";
