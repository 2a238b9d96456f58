using System.Net.Http.Headers;
using System.Security;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.Cloudflare;

/// <summary>Who asks: an API token, or the e-mail address and global key of an account.</summary>
internal sealed class CloudflareCredential
{
    private readonly string? _email;

    private CloudflareCredential(string? email, Secret secret)
    {
        _email = email;
        Secret = secret;
    }

    /// <summary>Whether it is an API token.</summary>
    internal bool IsToken => _email is null;

    /// <summary>The token or the key.</summary>
    internal Secret Secret { get; }

    /// <summary>The Authorization header of a token; null for a key.</summary>
    internal Func<AuthenticationHeaderValue>? Authorization
        => IsToken ? () => new AuthenticationHeaderValue("Bearer", Secret.Reveal()) : null;

    /// <summary>The headers of a key; none for a token.</summary>
    /// <returns>The headers; they hold the secret.</returns>
    internal IReadOnlyDictionary<string, string> ToHeaders()
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!IsToken)
        {
            headers.Add("X-Auth-Email", _email!);
            headers.Add("X-Auth-Key", Secret.Reveal());
        }

        return headers;
    }

    /// <summary>Checks the arguments before anything is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <returns>What they say.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: not exactly one usable credential.</exception>
    internal static CloudflareCredential From(CloudflareOptions options)
    {
        var given = new[]
        {
            Given(nameof(options.CFToken), options.CFToken, null),
            Given(nameof(options.CFTokenInsecure), null, options.CFTokenInsecure),
            Given(nameof(options.CFAuthKeySecure), options.CFAuthKeySecure, null),
            Given(nameof(options.CFAuthKey), null, options.CFAuthKey),
        }.OfType<(string Name, Secret Secret)>().ToList();
        if (given.Count != 1)
        {
            throw Invalid(given.Count == 0 ? "Cloudflare needs a credential." : $"These arguments of Cloudflare do not go together: {string.Join(", ", given.Select(g => g.Name))}.");
        }

        var (name, secret) = given[0];
        var isToken = name.StartsWith(nameof(options.CFToken), StringComparison.Ordinal);
        if (isToken != options.CFAuthEmail is null)
        {
            throw Invalid(isToken ? "CFAuthEmail belongs to a global key, not to a token." : $"{name} was given without CFAuthEmail.");
        }

        if (!secret.IsHeaderText() || (!isToken && !new Secret(options.CFAuthEmail!).IsHeaderText()))
        {
            throw Invalid($"{(secret.IsHeaderText() ? nameof(options.CFAuthEmail) : name)} is empty, or holds a space, a line break or another character that cannot be sent.");
        }

        return new CloudflareCredential(options.CFAuthEmail, secret);
    }

    // A copy, so that the caller may dispose the original.
    private static (string Name, Secret Secret)? Given(string name, SecureString? secure, string? plain)
        => secure is not null ? (name, new Secret(secure.Copy())) : plain is not null ? (name, new Secret(plain)) : null;

    private static PoshAcmeException Invalid(string message) => new(
        "InvalidPluginArguments",
        ErrorKind.InvalidArgument,
        message,
        "Give CFToken, or CFAuthEmail with CFAuthKeySecure (or CFAuthKey).");
}
