using System.Security.Cryptography;

namespace PoshAcmeSharp.Jose;

/// <summary>The key a CA hands out to bind an ACME account to one of its customers (RFC 8555 section 7.3.4).</summary>
public sealed class ExternalAccount
{
    private readonly byte[] _macKey;

    /// <summary>Takes what the CA gave.</summary>
    /// <param name="keyId">The key identifier.</param>
    /// <param name="macKey">The MAC key, base64url. A secret.</param>
    /// <param name="algorithm"><c>HS256</c>, <c>HS384</c> or <c>HS512</c>.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidExternalAccount</c>: a part is missing or cannot be read.</exception>
    public ExternalAccount(string keyId, string macKey, string algorithm = "HS256")
    {
        if (string.IsNullOrWhiteSpace(keyId))
        {
            throw Invalid("the key identifier is empty");
        }

        try
        {
            _macKey = Base64Url.Decode(macKey.Trim());
        }
        catch (FormatException)
        {
            throw Invalid("the MAC key is not base64url");
        }

        if (_macKey.Length == 0)
        {
            throw Invalid("the MAC key is empty");
        }

        Algorithm = algorithm.ToUpperInvariant();
        if (Algorithm is not ("HS256" or "HS384" or "HS512"))
        {
            throw Invalid($"the algorithm '{algorithm}' is not HS256, HS384 or HS512");
        }

        KeyId = keyId.Trim();
    }

    /// <summary>The key identifier.</summary>
    public string KeyId { get; }

    /// <summary>The MAC algorithm (RFC 7518 section 3.2).</summary>
    public string Algorithm { get; }

    internal byte[] Sign(byte[] data)
    {
        using HMAC mac = Algorithm switch
        {
            "HS384" => new HMACSHA384(_macKey),
            "HS512" => new HMACSHA512(_macKey),
            _ => new HMACSHA256(_macKey),
        };
        return mac.ComputeHash(data);
    }

    private static PoshAcmeException Invalid(string reason) => new(
        "InvalidExternalAccount",
        ErrorKind.InvalidArgument,
        $"The external account binding cannot be used: {reason}.",
        "Copy the key identifier and the MAC key from the CA's account page as they are.");
}
