namespace PoshAcmeSharp.Deployment.Iis;

/// <summary>The rules of bindings. Touches nothing.</summary>
internal static class IisRules
{
    /// <summary>Why a certificate cannot be bound, or null.</summary>
    public static PoshAcmeException? Refuse(MachineCertificate? certificate, string thumbprint, string where, DateTimeOffset now)
        => certificate is null
            ? new(
                "CertificateNotInStore",
                ErrorKind.NotFound,
                $"The certificate {thumbprint} is not in {where}.",
                "Pipe a certificate from Get-PACertificate, which is installed first, or look with Get-ChildItem Cert:\\LocalMachine\\My.")
            : !certificate.HasPrivateKey ? new(
                "CertificateWithoutKey",
                ErrorKind.InvalidArgument,
                $"The certificate {thumbprint} in {where} has no private key.",
                "Import it with its key: Get-PACertificate | Install-PACertificate.")
            : RefuseExpired(certificate.NotAfter, thumbprint, now);

    /// <summary>That a certificate has ended, or null.</summary>
    public static PoshAcmeException? RefuseExpired(DateTimeOffset? notAfter, string thumbprint, DateTimeOffset now)
        => !(notAfter < now) ? null : new(
            "CertificateExpired",
            ErrorKind.InvalidArgument,
            FormattableString.Invariant($"The certificate {thumbprint} ended on {notAfter!.Value.UtcDateTime:yyyy-MM-dd}."),
            "Renew it first with Submit-Renewal.");

    /// <summary>Why a binding cannot have another certificate, or null.</summary>
    /// <param name="binding">The binding, as it is or is to be.</param>
    /// <param name="sharing">Those of others that would get the certificate with it.</param>
    /// <param name="takesShared">Whether they may.</param>
    public static PoshAcmeException? Refuse(IisBinding binding, IReadOnlyList<IisBinding> sharing, bool takesShared)
        => binding.IsCentral ? new(
                "IisCentralStore",
                ErrorKind.InvalidOperation,
                $"The binding {binding.Information} of site '{binding.Site}' takes its certificate from the central certificate store.",
                "Copy the PFX file there; nothing has to be bound.")
            : binding is { RequiresSni: true, HostHeader.Length: 0 } ? new(
                "SniNeedsHostHeader",
                ErrorKind.InvalidArgument,
                $"A binding that requires Server Name Indication must have a host name; {binding.Information} has none.",
                "Give -HostHeader, or leave out -RequireSni.")
            : sharing.Count > 0 && !takesShared ? new(
                "IisSharedAddress",
                ErrorKind.InvalidOperation,
                $"Windows keeps one certificate for {binding.IPAddress}:{binding.Port}, which these bindings share: {List(sharing)}.",
                "Use -Force to give it to them too, or let them require Server Name Indication.")
            : null;

    /// <summary>The bindings, not asked for, that have another certificate and would get this one.</summary>
    public static IReadOnlyList<IisBinding> Sharing(IisBinding binding, string thumbprint, IReadOnlyList<IisBinding> wanted, IReadOnlyList<IisBinding> present)
        => [.. present.Where(b => b.SharesCertificate(binding) && b.Thumbprint.Length > 0 && !b.Has(thumbprint) && !b.IsCentral && !wanted.Any(b.IsSame))];

    /// <summary>Why a certificate that a binding had stays in the store; null when it can go.</summary>
    /// <param name="old">The certificate; null when it is not in the store.</param>
    /// <param name="names">The names of the one that the binding has now.</param>
    /// <param name="bindings">All bindings, as they are now.</param>
    public static string? WhyKept(MachineCertificate? old, IReadOnlyList<string> names, IEnumerable<IisBinding> bindings)
        => old is null ? "it is not in the store any more"
            : bindings.FirstOrDefault(b => b.Has(old.Thumbprint)) is { } user ? $"the binding {user.Information} of site '{user.Site}' uses it"
            : old.IsSelfSigned ? "it is self-signed"
            : old.Names.Count == 0 || !new HashSet<string>(old.Names, StringComparer.OrdinalIgnoreCase).SetEquals(names) ? "it has other names"
            : null;

    public static string List(IEnumerable<IisBinding> bindings) => string.Join(", ", bindings.Select(b => $"'{b.Site}' {b.Information}"));
}
