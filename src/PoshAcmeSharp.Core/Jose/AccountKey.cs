using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Jose;

/// <summary>
/// The key pair of an ACME account: signs requests (RFC 7515, RFC 7518 section 3) and answers for key authorizations
/// (RFC 8555 section 8.1).
/// </summary>
public sealed class AccountKey : IDisposable
{
    private readonly PrivateKey _key;

    /// <summary>Takes a private key over; it is disposed with this object.</summary>
    /// <param name="key">The key.</param>
    public AccountKey(PrivateKey key)
    {
        _key = key;
        PublicJwk = Jwk.FromPublicPart(key);
        Thumbprint = Jwk.Thumbprint(PublicJwk);
    }

    /// <summary>The JWS algorithm: <c>RS256</c>, <c>ES256</c>, <c>ES384</c> or <c>ES512</c>.</summary>
    public string Algorithm => KeyLength switch
    {
        { IsEc: false } => "RS256",
        { Bits: 256 } => "ES256",
        { Bits: 384 } => "ES384",
        _ => "ES512",
    };

    /// <summary>The kind and size of the key.</summary>
    public KeyLength KeyLength => _key.KeyLength;

    /// <summary>The SHA-256 thumbprint of the public key (RFC 7638), base64url.</summary>
    public string Thumbprint { get; }

    internal JObject PublicJwk { get; }

    private HashAlgorithmName Hash => Algorithm switch
    {
        "ES384" => HashAlgorithmName.SHA384,
        "ES512" => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    /// <summary>Makes a new key pair.</summary>
    /// <param name="keyLength">Its kind and size.</param>
    /// <returns>The key.</returns>
    public static AccountKey Generate(KeyLength keyLength) => new(PrivateKey.Generate(keyLength));

    /// <summary>Reads an unencrypted private key from PEM: PKCS#1, PKCS#8 or SEC1.</summary>
    /// <param name="pem">The text.</param>
    /// <returns>The key.</returns>
    /// <exception cref="PoshAcmeException">It is encrypted, no private key, or of a kind that is not supported.</exception>
    public static AccountKey FromPem(string pem) => new(PrivateKey.FromPem(pem));

    /// <summary>Reads a private JWK (RFC 7517, RFC 7518 section 6).</summary>
    /// <param name="json">The JSON text with the private members.</param>
    /// <returns>The key.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidJwk</c>: it is no private RSA or EC key that is supported.</exception>
    public static AccountKey FromJwk(string json) => new(Jwk.ToPrivateKey(json));

    /// <summary>The private key as a JWK; an RSA key holds all its private members.</summary>
    /// <returns>The JSON text. A secret.</returns>
    public string ToPrivateJwk() => Jwk.FromPrivateKey(_key).ToString(Newtonsoft.Json.Formatting.None);

    /// <summary>The private key as PEM: RSA as PKCS#8, EC as SEC1.</summary>
    /// <returns>The text. A secret.</returns>
    public string ToPem() => _key.ToPem();

    /// <summary>The key authorization of a challenge: token, dot, thumbprint (RFC 8555 section 8.1).</summary>
    /// <param name="token">The challenge's token.</param>
    /// <returns>The text.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidToken</c>: it holds other characters than base64url's.</exception>
    public string GetKeyAuthorization(string token)
    {
        if (token.Length == 0 || !token.All(Base64Url.IsDigit))
        {
            throw new PoshAcmeException(
                "InvalidToken",
                ErrorKind.InvalidArgument,
                $"'{Text.Cut(token, 100)}' is not a challenge token: a token holds letters, digits, '-' and '_' only (RFC 8555 section 8.1).",
                "Use the token of the challenge as the CA sent it, such as HTTP01Token of an authorization.");
        }

        return token + "." + Thumbprint;
    }

    /// <summary>The TXT value of a dns-01 challenge: base64url of the SHA-256 of the key authorization (RFC 8555 section 8.4).</summary>
    /// <param name="token">The challenge's token.</param>
    /// <returns>The text, 43 characters.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidToken</c>: it holds other characters than base64url's.</exception>
    public string GetDnsTxtValue(string token)
    {
        using var sha = SHA256.Create();
        return Base64Url.Encode(sha.ComputeHash(Encoding.ASCII.GetBytes(GetKeyAuthorization(token))));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    internal byte[] Sign(byte[] data) => _key.Sign(data, Hash);
}
