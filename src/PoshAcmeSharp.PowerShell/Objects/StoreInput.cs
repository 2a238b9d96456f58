using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Deployment;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Reads what parameters with a fixed set of texts say of certificates and their stores.</summary>
internal static class StoreInput
{
    /// <summary>The store of the user or of the machine.</summary>
    public static StoreLocation ReadLocation(string text)
        => string.Equals(text, nameof(StoreLocation.CurrentUser), StringComparison.OrdinalIgnoreCase) ? StoreLocation.CurrentUser : StoreLocation.LocalMachine;

    /// <summary>What a certificate is made for.</summary>
    public static CertificateTarget ReadTarget(string text)
        => string.Equals(text, nameof(CertificateTarget.Exchange), StringComparison.OrdinalIgnoreCase) ? CertificateTarget.Exchange : CertificateTarget.None;
}
