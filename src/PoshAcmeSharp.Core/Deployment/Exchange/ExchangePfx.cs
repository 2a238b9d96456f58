using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>A PFX file that was opened and looked through before any server gets it.</summary>
public sealed class ExchangePfx
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>
    /// On Windows the key is kept in memory alone (EphemeralKeySet, which netstandard2.0 does not name): a killed run leaves
    /// no key file, and an account without a loaded profile can open the file.
    /// </summary>
    private static readonly X509KeyStorageFlags Storage = SystemKinds.Current == SystemKind.Windows ? (X509KeyStorageFlags)32 : X509KeyStorageFlags.DefaultKeySet;

    private readonly byte[] _content;

    private ExchangePfx(byte[] content, string password, X509Certificate2 leaf, bool hasIssuer)
    {
        _content = content;
        Password = password;
        Certificate = CertificateInfo.FromDer(leaf.RawData);
        HasIssuer = hasIssuer;
        AllowsClientAuthentication = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is not { } usage
            || usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ClientAuthentication);
    }

    /// <summary>The certificate.</summary>
    public CertificateInfo Certificate { get; }

    /// <summary>The password. A secret.</summary>
    public string Password { get; }

    /// <summary>Whether the certificate's issuer is in the file too.</summary>
    internal bool HasIssuer { get; }

    /// <summary>Whether the certificate may be used by the side that opens a TLS connection.</summary>
    internal bool AllowsClientAuthentication { get; }

    /// <summary>Opens a PFX file.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="password">Its password.</param>
    /// <param name="path">Its path, for errors.</param>
    /// <returns>The file.</returns>
    /// <exception cref="PoshAcmeException"><c>PfxPasswordEmpty</c>, <c>WrongPfxPassword</c>, <c>InvalidPfx</c>, <c>PfxWithoutKey</c>, <c>InvalidCertificate</c>.</exception>
    public static ExchangePfx Open(byte[] content, string password, string path)
    {
        if (password.Length == 0)
        {
            throw new PoshAcmeException(
                "PfxPasswordEmpty",
                ErrorKind.InvalidArgument,
                $"The PFX file '{path}' has no password. Exchange imports such a file and then acts as if it had no private key.",
                "Give the order a password with Set-PAOrder -PfxPassSecure, or make a file that has one.");
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.Import(content, password, Storage);
            var all = certificates.Cast<X509Certificate2>().ToList();
            var leaf = all.Find(c => c.HasPrivateKey) ?? throw new PoshAcmeException(
                "PfxWithoutKey",
                ErrorKind.InvalidData,
                $"The PFX file '{path}' holds no private key.",
                "Give a PFX file with certificate and key, such as the fullchain.pfx of an order.");
            var hasIssuer = all.Exists(c => c.SubjectName.RawData.SequenceEqual(leaf.IssuerName.RawData));
            return new((byte[])content.Clone(), password, leaf, hasIssuer);
        }
        catch (CryptographicException e)
        {
            throw CannotOpen(path, e);
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    /// <summary>The file's bytes.</summary>
    /// <returns>A copy.</returns>
    public byte[] ToBytes() => (byte[])_content.Clone();

    private static PoshAcmeException CannotOpen(string path, CryptographicException e) => e.HResult == CertificateInstaller.InvalidPassword
        ? new PoshAcmeException(
            "WrongPfxPassword",
            ErrorKind.InvalidArgument,
            $"The password does not open the PFX file '{path}'.",
            "Give its password. Windows Server 2016 and older say the same of a file with modern encryption: there, have it written anew with Set-PAOrder -UseModernPfxEncryption:$false.",
            e)
        : new PoshAcmeException("InvalidPfx", ErrorKind.InvalidData, $"The PFX file '{path}' cannot be used: {e.Message}", "Have it written anew.", e);
}
