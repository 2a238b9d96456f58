using System.Management.Automation;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Makes what the commands about renewal write. Their types are ours alone.</summary>
internal static class RenewalObjects
{
    public static PSObject From(RenewalResult result, HookStatus hook) => PSObjects.Create(
        [
            .. Names(result.Candidate),
            new("Status", result.Status.ToString()),
            new("Reason", result.Reason),
            new("NextAttempt", Local(result.NextAttempt)),
            new("Certificate", result.Certificate is { } certificate ? OutputObjects.From(certificate) : null),
            new("Hook", hook.ToString()),
            new("Error", result.Error),
        ],
        TypeNames.RenewalResult);

    public static PSObject From(PlannedRenewal planned, StoredHook? hook)
    {
        var (candidate, decision) = (planned.Candidate, planned.Decision);
        var renewal = candidate.Renewal;
        return PSObjects.Create(
            [
                .. Names(candidate),
                new("Status", decision.State.ToString()),
                new("Reason", decision.Reason),
                new("RenewAfter", Local(decision.RenewAfter)),
                new("CertExpires", Local(candidate.Order.CertExpiresAt)),
                new("WindowStart", Local(renewal.WindowStart)),
                new("WindowEnd", Local(renewal.WindowEnd)),
                new("ExplanationUrl", renewal.ExplanationUrl),
                new("AskAgainAfter", Local(renewal.AskAgainAt)),
                new("Failures", renewal.Failures),
                new("LastAttempt", Local(renewal.LastAttempt)),
                new("LastErrorId", renewal.ErrorId),
                new("LastError", renewal.ErrorMessage),
                new("NextAttempt", Local(decision.NextAttempt)),
                new("HookPending", hook is not null),
                new("HookSince", Local(hook?.Since)),
                new("HookFailures", hook?.Attempts ?? 0),
                new("LastHookError", hook?.ErrorMessage),
            ],
            TypeNames.Renewal);
    }

    /// <summary>With these names an object binds to the commands that take an order by property name.</summary>
    private static IEnumerable<KeyValuePair<string, object?>> Names(RenewalCandidate candidate)
        =>
        [
            new("Name", candidate.Order.Name),
            new("MainDomain", candidate.Order.MainDomain),
            new("Server", candidate.Server.Name),
            new("Account", candidate.Account.Id),
        ];

    private static DateTime? Local(DateTimeOffset? time) => time?.LocalDateTime;
}
