using System.Net.Http.Headers;
using System.Security;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>The arguments of the plugin, checked: where the API is and who asks.</summary>
internal sealed class GoDaddyCredential
{
    private const string Production = "https://api.godaddy.com";
    private const string Ote = "https://api.ote-godaddy.com";

    private readonly string? _key;

    private GoDaddyCredential(Uri baseUri, string? key, string? customerId, Secret secret)
    {
        BaseUri = baseUri;
        _key = key;
        CustomerId = customerId;
        Secret = secret;
    }

    /// <summary>The base of the API.</summary>
    internal Uri BaseUri { get; }

    /// <summary>True for a personal access token, false for a classic key.</summary>
    internal bool IsToken => _key is null;

    /// <summary>The customer id of a corporate account, or null.</summary>
    internal string? CustomerId { get; }

    /// <summary>The secret of the key, or the token.</summary>
    internal Secret Secret { get; }

    /// <summary>The Authorization header.</summary>
    /// <returns>The header; holds the secret.</returns>
    internal AuthenticationHeaderValue ToHeader()
        => IsToken
            ? new AuthenticationHeaderValue("Bearer", Secret.Reveal())
            : new AuthenticationHeaderValue("sso-key", _key + ":" + Secret.Reveal());

    /// <summary>Checks the arguments before anything is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <returns>What they say.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c> or <c>InsecureBaseUri</c>.</exception>
    internal static GoDaddyCredential From(GoDaddyOptions options)
    {
        var baseUri = ReadBaseUri(options);
        var isKey = options.GDKey is not null || options.GDSecretSecure is not null || options.GDSecret is not null || options.GDCustomerId is not null;
        if (options.GDToken is not null)
        {
            return isKey
                ? throw Invalid("GDToken was given together with arguments of a classic key (GDKey, GDSecretSecure, GDSecret, GDCustomerId).", "Give either GDToken, or GDKey with its secret.")
                : new GoDaddyCredential(baseUri, null, null, ReadSecret(options.GDToken, null, nameof(options.GDToken)));
        }

        if (!isKey)
        {
            throw Invalid("GoDaddy needs a credential: GDKey with GDSecretSecure (or GDSecret), or GDToken.", "Give GDToken, or GDKey with GDSecretSecure.");
        }

        if (options.GDKey is null)
        {
            throw Invalid("GDKey is missing: the secret and the customer id are of no use without it.", "Give GDKey too.");
        }

        if (!new Secret(options.GDKey).IsHeaderText())
        {
            throw Unusable(nameof(options.GDKey));
        }

        var secret = (options.GDSecretSecure, options.GDSecret) switch
        {
            (null, null) => throw Invalid("GDKey was given without its secret.", "Give GDSecretSecure (or GDSecret) too."),
            (not null, not null) => throw Invalid("GDSecretSecure and GDSecret were both given.", "Give one of them."),
            ({ } secure, _) => ReadSecret(secure, null, nameof(options.GDSecretSecure)),
            (_, { } plain) => ReadSecret(null, plain, nameof(options.GDSecret)),
        };

        // The id becomes a part of the path: dots and slashes in it would lead elsewhere.
        if (options.GDCustomerId is { } id && (id.Length == 0 || !id.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '-' or '_')))
        {
            throw Invalid("GDCustomerId is no customer id: letters, digits and hyphens.", "Correct GDCustomerId, or leave it out.");
        }

        return new GoDaddyCredential(baseUri, options.GDKey, options.GDCustomerId, secret);
    }

    private static Uri ReadBaseUri(GoDaddyOptions options)
    {
        if (options.GDBaseUri is null)
        {
            return Http.BaseUri.Parse(options.GDUseOTE ? Ote : Production, nameof(options.GDBaseUri));
        }

        return options.GDUseOTE
            ? throw Invalid("GDUseOTE and GDBaseUri were both given.", "Give one of them.")
            : Http.BaseUri.Parse(options.GDBaseUri, nameof(options.GDBaseUri));
    }

    private static Secret ReadSecret(SecureString? secure, string? plain, string argumentName)
    {
        // A copy, so that the caller may dispose the original.
        var secret = secure is null ? new Secret(plain!) : new Secret(secure.Copy());
        return secret.IsHeaderText() ? secret : throw Unusable(argumentName);
    }

    private static PoshAcmeException Unusable(string argumentName)
        => Invalid($"{argumentName} is empty, or holds a space, a line break or another character that no key has.", $"Copy {argumentName} again.");

    private static PoshAcmeException Invalid(string message, string action)
        => new("InvalidPluginArguments", ErrorKind.InvalidArgument, message, action);
}
