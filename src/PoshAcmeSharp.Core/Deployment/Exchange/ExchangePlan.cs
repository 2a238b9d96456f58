using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>
/// The steps that bring a certificate to a server, out of what was seen of the server, what is wished and what is
/// remembered. Connectors and the removal of former certificates come later, when all servers have this one.
/// </summary>
internal static class ExchangePlan
{
    /// <summary>A note of a record: the default SMTP certificate, which is to be it again. There while it may not be.</summary>
    public const string FormerDefaultNote = "formerDefaultSmtp";

    /// <summary>A note of a record: the certificates, parted by spaces, of which one may be the default instead of the former one.</summary>
    public const string InterimDefaultNote = "interimDefaultSmtp";

    /// <summary>A note of a record: the default SMTP certificate when it was last known.</summary>
    public const string KnownDefaultNote = "defaultSmtp";

    public static IReadOnlyList<ExchangeStep> Make(string server, ExchangeWish wish, ExchangeServerState state, StoredDeployment? record, DateTimeOffset now)
    {
        var there = state.Find(wish.Thumbprint);
        var steps = new List<ExchangeStep> { Import(server, wish, there) };
        if (!wish.SkipVerify)
        {
            steps.Add(new(ExchangeStep.Check, IsNeeded: true, $"The certificate is to be valid on {server} and to have its private key."));
        }

        var others = wish.Services.Where(s => !IsSmtp(s)).ToArray();
        var missing = others.Where(s => wish.Force || there?.Has(s) != true).ToArray();
        if (others.Length > 0)
        {
            steps.Add(missing.Length > 0
                ? new(ExchangeStep.Enable, IsNeeded: true, $"Enable the certificate for {string.Join(", ", missing)}") { Services = missing }
                : new(ExchangeStep.Enable, IsNeeded: false, $"It is enabled for {string.Join(", ", others)}."));
        }

        if (wish.WantsSmtp)
        {
            steps.AddRange(Smtp(server, wish, state, there, record, now));
        }

        return steps;
    }

    private static ExchangeStep Import(string server, ExchangeWish wish, ExchangeCertificate? there)
    {
        if (there is null)
        {
            return new(ExchangeStep.Import, IsNeeded: true, $"Import the certificate {wish.Thumbprint}")
            {
                Refusal = wish.Pfx is not null ? null : new PoshAcmeException(
                    "CertificateNotOnServer",
                    ErrorKind.NotFound,
                    $"There is no certificate {wish.Thumbprint} on server '{server}'.",
                    "Pipe the certificate from Get-PACertificate, or give -PfxFile, to import it."),
            };
        }

        return new(ExchangeStep.Import, IsNeeded: false, $"The certificate {wish.Thumbprint} is there.")
        {
            // Exchange refuses to import a certificate that is there, also when its key is missing.
            Refusal = there.HasPrivateKey ? null : new PoshAcmeException(
                "CertificateWithoutKey",
                ErrorKind.InvalidData,
                $"The certificate {wish.Thumbprint} is on server '{server}' without its private key.",
                $"Remove it there (Remove-ExchangeCertificate -Thumbprint {wish.Thumbprint} -Server {server}) and run the command again."),
        };
    }

    private static IEnumerable<ExchangeStep> Smtp(
        string server, ExchangeWish wish, ExchangeServerState state, ExchangeCertificate? there, StoredDeployment? record, DateTimeOffset now)
    {
        var has = there?.Has(ExchangeServerState.Smtp) == true;
        var isDefault = Same(state.DefaultSmtp, wish.Thumbprint);
        if (wish.ReplaceDefaultSmtp)
        {
            return [has && isDefault && !wish.Force
                ? new(ExchangeStep.EnableSmtp, IsNeeded: false, "It is enabled for SMTP, and the default SMTP certificate.")
                : new(ExchangeStep.EnableSmtp, IsNeeded: true, "Enable the certificate for SMTP, and make it the default SMTP certificate (Edge subscriptions made with the former one have to be made anew)")];
        }

        var pending = FindInterrupted(wish, state, record);
        if (has && !wish.Force)
        {
            return [new(ExchangeStep.EnableSmtp, IsNeeded: false, "It is enabled for SMTP."), .. pending is null ? [] : new[] { Keep(pending) }];
        }

        if (isDefault && pending is null)
        {
            return [EnableSmtp(null)];
        }

        return (pending ?? FindDefault(wish, state, record)) is { } former
            ? state.Find(former) is { HasPrivateKey: true } kept && !(kept.NotAfter <= now)
                ? [EnableSmtp(former), Keep(former)]
                : [EnableSmtp(null) with { Refusal = Unusable(server, former) }]
            : [EnableSmtp(null) with { Refusal = Unknown(server) }];
    }

    /// <summary>
    /// What was the default before a run that ended after it had enabled its certificate, this one or one before it, and
    /// so left it as the default. Null when there is none such, or somebody has chosen another default since.
    /// </summary>
    private static string? FindInterrupted(ExchangeWish wish, ExchangeServerState state, StoredDeployment? record)
        => record is not null
            && record.Notes.TryGetValue(FormerDefaultNote, out var former)
            && !Same(former, wish.Thumbprint)
            && (state.DefaultSmtp is null || (record.Notes.TryGetValue(InterimDefaultNote, out var interim) && interim.Split(' ').Any(i => Same(state.DefaultSmtp, i))))
            ? former
            : null;

    /// <summary>The default certificate, also where the server does not tell: the only one that it can be, or the one that it was.</summary>
    private static string? FindDefault(ExchangeWish wish, ExchangeServerState state, StoredDeployment? record)
    {
        if (state.DefaultSmtp is { } told)
        {
            return told;
        }

        var possible = state.Certificates
            .Where(c => c.Has(ExchangeServerState.Smtp) && c.HasPrivateKey && !c.IsAuthCertificate && !c.Is(wish.Thumbprint))
            .ToArray();
        return possible.Length == 1 ? possible[0].Thumbprint
            : record is not null && record.Notes.TryGetValue(KnownDefaultNote, out var known) ? possible.FirstOrDefault(c => c.Is(known))?.Thumbprint
            : null;
    }

    private static ExchangeStep EnableSmtp(string? former)
        => new(ExchangeStep.EnableSmtp, IsNeeded: true, "Enable the certificate for SMTP") { Former = former };

    private static ExchangeStep Keep(string former)
        => new(ExchangeStep.KeepDefaultSmtp, IsNeeded: true, $"Make {former} the default SMTP certificate again") { Former = former };

    private static PoshAcmeException Unknown(string server) => new(
        "DefaultSmtpUnknown",
        ErrorKind.InvalidOperation,
        $"The certificate was not enabled for SMTP on server '{server}': that makes it the default SMTP certificate, and which one is that now, so that it could be made so again, cannot be read.",
        "See that Get-TransportService shows InternalTransportCertificateThumbprint to this user, or use -ReplaceDefaultSmtp to have the new certificate as the default one.");

    private static PoshAcmeException Unusable(string server, string former) => new(
        "DefaultSmtpUnusable",
        ErrorKind.InvalidOperation,
        $"The certificate was not enabled for SMTP on server '{server}': that makes it the default SMTP certificate, and the present one ({former}) is missing, expired or without its key, so that it could not be made so again.",
        "Make a new default SMTP certificate with New-ExchangeCertificate, or use -ReplaceDefaultSmtp to have the new certificate as the default one.");

    private static bool IsSmtp(string service) => string.Equals(service, ExchangeServerState.Smtp, StringComparison.OrdinalIgnoreCase);

    private static bool Same(string? one, string? other) => one is not null && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
