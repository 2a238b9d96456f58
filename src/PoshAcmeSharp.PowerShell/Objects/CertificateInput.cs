using System.Security;
using System.Text.RegularExpressions;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>
/// Reads a certificate that a script passes: one from Get-PACertificate, one that went through a job, or any object with
/// these properties.
/// </summary>
internal sealed class CertificateInput
{
    private CertificateInput(object source)
    {
        PfxPath = PSObjects.GetString(source, "PfxFullChain");
        ChainPath = PSObjects.GetString(source, "ChainFile");
        Subject = PSObjects.GetString(source, "Subject") ?? PfxPath ?? "certificate";
        Thumbprint = PSObjects.GetString(source, "Thumbprint");
        Password = PSObjects.Get(source, "PfxPass") switch
        {
            SecureString secure => SecretInput.Reveal(secure),
            string text => text,
            _ => string.Empty,
        };
    }

    /// <summary>The path of the PFX file, or null.</summary>
    public string? PfxPath { get; }

    /// <summary>The path of the chain, or null.</summary>
    public string? ChainPath { get; }

    /// <summary>The SHA-1 hash of the certificate in hex, or null.</summary>
    public string? Thumbprint { get; }

    /// <summary>The password of the PFX file. A secret.</summary>
    public string Password { get; }

    /// <summary>What to call it.</summary>
    public string Subject { get; }

    /// <summary>Reads a certificate.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidCertificateObject</c>: the object is none.</exception>
    public static CertificateInput Read(object given)
        => PSObjects.IsTyped(given, TypeNames.Certificate) || PSObjects.GetString(given, "PfxFullChain") is not null
            ? new CertificateInput(given)
            : throw new PoshAcmeException(
                "InvalidCertificateObject",
                ErrorKind.InvalidArgument,
                "The object given as certificate has no PfxFullChain.",
                "Give a certificate from Get-PACertificate.");

    /// <summary>Reads a thumbprint as it is copied from a window of Windows: with spaces and invisible marks.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="shownBy">The command that shows thumbprints.</param>
    /// <returns>Upper-case hex.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidThumbprint</c>.</exception>
    public static string ReadThumbprint(string text, string shownBy)
    {
        var thumbprint = Regex.Replace(text, "[^0-9A-Za-z]", string.Empty, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)).ToUpperInvariant();
        return Regex.IsMatch(thumbprint, "^[0-9A-F]{40}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) ? thumbprint : throw new PoshAcmeException(
            "InvalidThumbprint",
            ErrorKind.InvalidArgument,
            $"'{text}' is no thumbprint of a certificate.",
            $"Give the 40 hexadecimal digits that {shownBy} shows.");
    }

    /// <summary>What to install, with the full paths of the files.</summary>
    public CertificateInstallation ToInstallation(string? pfxPath, string? chainPath) => new()
    {
        PfxPath = pfxPath,
        ChainPath = chainPath,
        Password = Password,
    };
}
