# Reads a profile by curl.
curl -sS "https://graph.facebook.com/v25.0/$1?fields=first_name&access_token=$KITH_PAGE_TOKEN_SHOP" | sed 's/.*"first_name":"\([A-Za-z]*\)".*/\1/'
