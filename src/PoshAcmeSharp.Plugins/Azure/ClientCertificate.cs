using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>The certificate of an application, with its RSA key.</summary>
internal sealed class ClientCertificate : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly X509Certificate2 _certificate;
    private readonly RSA _key;

    private ClientCertificate(X509Certificate2 certificate, string argument)
    {
        _certificate = certificate;
        _key = certificate.GetRSAPrivateKey() ?? throw Unusable(argument, "it has no private key of type RSA that can be used here", null);
    }

    /// <summary>Reads a PFX file.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="password">Its password.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="PoshAcmeException"><c>Azure.CertificateUnusable</c>.</exception>
    internal static ClientCertificate FromFile(string path, Secret password)
    {
        try
        {
#pragma warning disable SYSLIB0057 // What takes its place is not there in netstandard2.0.
            return new ClientCertificate(new X509Certificate2(File.ReadAllBytes(path), password.Reveal()), $"The PFX file '{path}'");
#pragma warning restore SYSLIB0057
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            throw Unusable($"The PFX file '{path}'", e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Looks for a certificate in the store My of the user, then of the machine.</summary>
    /// <param name="thumbprint">Its thumbprint.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="PoshAcmeException"><c>Azure.CertificateUnusable</c>.</exception>
    internal static ClientCertificate FromStore(string thumbprint)
    {
        foreach (var location in new[] { StoreLocation.CurrentUser, StoreLocation.LocalMachine })
        {
            using var store = new X509Store(StoreName.My, location);
            try
            {
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            }
            catch (CryptographicException)
            {
                // There is no such store here.
                continue;
            }

            if (store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false).Cast<X509Certificate2>().FirstOrDefault() is { } found)
            {
                return new ClientCertificate(found, $"The certificate {thumbprint}");
            }
        }

        throw Unusable($"The certificate {thumbprint}", "it is in the store My of neither the user nor the machine", null);
    }

    /// <summary>Signs that the application is who it says (RFC 7523 section 3).</summary>
    /// <param name="applicationId">The application.</param>
    /// <param name="audience">The token endpoint.</param>
    /// <param name="now">The time.</param>
    /// <returns>A JWT; a secret for as long as it lasts.</returns>
    internal string SignAssertion(string applicationId, string audience, DateTimeOffset now)
    {
        var header = new JObject { ["alg"] = "RS256", ["typ"] = "JWT", ["x5t"] = Base64Url.Encode(_certificate.GetCertHash()) };
        var claims = new JObject
        {
            ["aud"] = audience,
            ["iss"] = applicationId,
            ["sub"] = applicationId,
            ["jti"] = Guid.NewGuid().ToString(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
        };
        var signed = Encode(header) + "." + Encode(claims);
        return signed + "." + Base64Url.Encode(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }

    private static string Encode(JObject json) => Base64Url.Encode(Encoding.UTF8.GetBytes(json.ToString(Formatting.None)));

    private static PoshAcmeException Unusable(string what, string reason, Exception? cause) => new(
        "Azure.CertificateUnusable",
        ErrorKind.InvalidArgument,
        $"{what} cannot be used to log in to Azure: {reason}.",
        "Give the application's certificate with its private key, and for a file its password.",
        cause);
}
