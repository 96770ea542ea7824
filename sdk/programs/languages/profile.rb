# Reads a profile by the standard library.
require 'json'
require 'net/http'

url = URI("https://graph.facebook.com/v25.0/#{ARGV[0]}?fields=first_name&access_token=#{ENV['KITH_PAGE_TOKEN_SHOP']}")
puts JSON.parse(Net::HTTP.get(url))['first_name']
