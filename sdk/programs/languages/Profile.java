import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

// Reads a profile by both clients of the standard library.
class Profile {
    public static void main(String[] args) throws Exception {
        var url = "https://graph.facebook.com/v25.0/" + args[0] + "?fields=first_name&access_token=" + System.getenv("KITH_PAGE_TOKEN_SHOP");
        var old = new String(new URL(url).openStream().readAllBytes());
        var now = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString()).body();
        System.out.println(name(old) + " " + name(now));
    }

    static String name(String body) {
        return body.replaceAll(".*\"first_name\":\"(\\w+)\".*", "$1");
    }
}
