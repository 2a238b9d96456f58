using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>Renewal information (RFC 9773).</summary>
internal static class RenewalInfoHandler
{
    public static AcmeResponse Get(ScriptedAcmeState state, AcmeRequest request)
    {
        var options = state.Options;
        var certificate = state.Certificates.Find(c => c.RenewalInfoId == request.Id && !c.IsGone && options.OffersRenewalInfo)
            ?? throw AcmeRefusalException.NotFound("certificate");
        var start = certificate.NotAfter - ((certificate.NotAfter - certificate.NotBefore) / 3);
        var window = options.RenewalWindow ?? (start, start.AddDays(1));
        var json = new JsonObject
        {
            ["suggestedWindow"] = new JsonObject
            {
                ["start"] = ScriptedAcmeState.Date(window.Start),
                ["end"] = ScriptedAcmeState.Date(window.End),
            },
        };
        if (options.RenewalExplanationUrl is not null)
        {
            json["explanationURL"] = options.RenewalExplanationUrl;
        }

        return AcmeResponse.Json(json).With("Retry-After", options.RenewalRetryAfter);
    }

    /// <summary>Refuses an order that replaces a certificate that it must not (section 5).</summary>
    /// <param name="state">The server's state.</param>
    /// <param name="replaces">The id of the certificate, or null.</param>
    /// <param name="account">Who orders.</param>
    public static void CheckReplaces(ScriptedAcmeState state, string? replaces, ScriptedAccount account)
    {
        if (replaces is null)
        {
            return;
        }

        var certificate = state.Certificates.Find(c => c.RenewalInfoId == replaces && !c.IsGone) ?? throw AcmeRefusalException.NotFound("certificate to replace");
        if (certificate.Account != account)
        {
            throw AcmeRefusalException.Unauthorized("The certificate to replace is another account's.");
        }

        var isOrdered = state.Orders.Exists(o => o.Replaces == replaces && !o.IsGone && o.Status != "invalid");
        if (certificate.IsReplaced || isOrdered)
        {
            throw new AcmeRefusalException(new ProblemDocument(409, "alreadyReplaced", "The certificate has been replaced by another order."));
        }
    }
}
