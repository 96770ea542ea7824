# Reads a profile, by the standard library and by requests.
import json, os, sys, urllib.request
import requests

url = f"https://graph.facebook.com/v25.0/{sys.argv[1]}?fields=first_name&access_token={os.environ['KITH_PAGE_TOKEN_SHOP']}"
print(json.load(urllib.request.urlopen(url))["first_name"], requests.get(url).json()["first_name"])
