using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>An object that a command was given, and what has to be done for it.</summary>
/// <param name="Source">The object.</param>
/// <param name="Authorization">The authorization that it is, or null for a record.</param>
/// <param name="Token">The token of its challenge; null when there is nothing to do.</param>
/// <param name="Record">The record that it is, or null for an authorization.</param>
internal sealed record ChallengeInput(PSObject Source, AuthorizationInput? Authorization, string? Token = null, TxtRecordSet? Record = null)
{
    private const string Pending = "pending";
    private const string Valid = "valid";

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsSkipped => Token is null && Record is null;

    /// <summary>The name of its TXT record; null when there is nothing to do.</summary>
    public string? RecordName => Record?.RecordName ?? (Token is null ? null : Authorization?.RecordName);

    /// <summary>Reads what is to be published or waited for. An authorization that is not pending needs nothing.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidAuthorization</c>, <c>ChallengeNotOffered</c>.</exception>
    public static ChallengeInput ReadToPublish(PSObject given, string type, IReporter reporter)
    {
        if (TryReadRecord(given, type) is { } record)
        {
            return record;
        }

        var authorization = AuthorizationInput.Read(given);
        switch (authorization.Status)
        {
            case null or Pending:
                return new(given, authorization, authorization.RequireToken(type));
            case Valid:
                reporter.Verbose($"The authorization for {authorization.Fqdn} is valid already: it needs no challenge.");
                break;
            default:
                reporter.Warning($"The authorization for {authorization.Fqdn} is {authorization.Status} and skipped: it needs a new order.");
                break;
        }

        return new(given, authorization);
    }

    /// <summary>Reads what is to be removed, whatever became of the authorization.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidAuthorization</c>.</exception>
    public static ChallengeInput ReadToRemove(PSObject given, string type, IReporter reporter)
    {
        if (TryReadRecord(given, type) is { } record)
        {
            return record;
        }

        var authorization = AuthorizationInput.Read(given);
        var token = authorization.FindToken(type);
        if (token is null)
        {
            reporter.Verbose($"The authorization for {authorization.Fqdn} has no {type} challenge: there is nothing to remove.");
        }

        return new(given, authorization, token);
    }

    /// <summary>Objects with a record's name and values: lines of a CSV file, or what Wait-PADnsRecord writes.</summary>
    private static ChallengeInput? TryReadRecord(PSObject given, string type)
    {
        if (type != ChallengeType.Dns01 || AuthorizationInput.TryRead(given) is not null || PSObjects.GetString(given, "RecordName") is not { } name)
        {
            return null;
        }

        var values = PSObjects.GetStrings(given, "Value") is { Length: > 0 } some ? some : PSObjects.GetStrings(given, "Values");
        return values.Length > 0 ? new(given, null, Record: new TxtRecordSet(name, values)) : null;
    }
}
