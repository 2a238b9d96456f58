namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>Which certificates of a server the new one follows, and which of them can go.</summary>
internal static class OldCertificates
{
    /// <summary>Services that one certificate has at a time: while another has them it is in use.</summary>
    private static readonly string[] Exclusive = [ExchangeServerState.Iis, "UM", "UMCallRouter", "Federation"];

    /// <summary>Those with exactly the names of the new one that end before it and that somebody else has signed.</summary>
    /// <param name="state">The server as it is with the new certificate.</param>
    /// <param name="thumbprint">The new certificate.</param>
    /// <param name="authThumbprints">What servers know each other by.</param>
    /// <param name="sendNames">What send connectors of the server are bound to.</param>
    /// <param name="receiveNames">What its receive connectors are bound to.</param>
    /// <returns>Each with the reason why it stays; null when it can go.</returns>
    public static IReadOnlyList<(ExchangeCertificate Certificate, string? Reason)> Choose(
        ExchangeServerState state, string thumbprint, IReadOnlyList<string> authThumbprints, IReadOnlyList<string> sendNames, IReadOnlyList<string> receiveNames)
    {
        if (state.Find(thumbprint) is not { } present)
        {
            return [];
        }

        var names = new HashSet<string>(present.Names, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. state.Certificates
                .Where(c => !c.Is(thumbprint) && !c.IsSelfSigned && c.NotAfter < present.NotAfter && names.Count > 0 && names.SetEquals(c.Names))
                .Select(c => (c, WhyKept(c, present, state, authThumbprints) ?? WhyBound(c, present, sendNames, receiveNames))),
        ];
    }

    private static string? WhyKept(ExchangeCertificate old, ExchangeCertificate present, ExchangeServerState state, IReadOnlyList<string> authThumbprints)
    {
        if (authThumbprints.Any(old.Is) || old.IsAuthCertificate)
        {
            return "servers know each other by it (Get-AuthConfig)";
        }

        if (state.DefaultSmtp is null && old.Has(ExchangeServerState.Smtp))
        {
            return "it may be the default SMTP certificate, which cannot be read";
        }

        if (old.Is(state.DefaultSmtp))
        {
            return "it is the default SMTP certificate, which an Edge subscription may rest on";
        }

        var service = old.Services.FirstOrDefault(s => Exclusive.Contains(s, StringComparer.OrdinalIgnoreCase) || !present.Has(s));
        return service is null ? null : $"it is in use for {service}";
    }

    /// <summary>Exchange refuses to remove what a send connector names, also when the new certificate has the same name.</summary>
    private static string? WhyBound(ExchangeCertificate old, ExchangeCertificate present, IReadOnlyList<string> sendNames, IReadOnlyList<string> receiveNames)
        => sendNames.Any(name => Same(name, old.TlsName)) ? "a send connector is bound to its issuer and subject"
            : !Same(old.TlsName, present.TlsName) && receiveNames.Any(name => Same(name, old.TlsName)) ? "a receive connector is bound to it"
            : null;

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
