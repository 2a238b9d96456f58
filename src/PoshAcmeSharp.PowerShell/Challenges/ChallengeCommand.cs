using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>
/// The base of the commands that answer challenges: they collect what is piped, so that it can be worked on together
/// when the last object has come.
/// </summary>
public abstract class ChallengeCommand : ProfileCommand
{
    private readonly List<ChallengeInput> _inputs = [];

    /// <summary>What was collected, in its order.</summary>
    private protected IReadOnlyList<ChallengeInput> Inputs => _inputs;

    /// <summary>Collects objects. One that cannot be used is an error of its own, and the others are worked on.</summary>
    private protected void Collect(IEnumerable<PSObject> given, Func<PSObject, ChallengeInput> read)
    {
        foreach (var one in given)
        {
            try
            {
                _inputs.Add(read(one));
            }
            catch (PoshAcmeException e)
            {
                WriteError(e, one);
            }
        }
    }

    /// <summary>The key of the account that was given, or of the current one.</summary>
    private protected async Task<AccountKey> GetKeyAsync(PSObject? account, CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        return (await Session.ConnectAsync(server, AccountInput.Resolve(Session, server, account), cancellationToken).ConfigureAwait(false)).Key;
    }

    /// <summary>The TXT records of what was collected: one for each name, with all values that belong there.</summary>
    private protected async Task<IReadOnlyList<TxtRecordSet>> GetTxtRecordsAsync(PSObject? account, CancellationToken cancellationToken)
    {
        var key = Inputs.Any(i => i.Token is not null) ? await GetKeyAsync(account, cancellationToken).ConfigureAwait(false) : null;
        return ChallengePublisher.GroupByName(Inputs.Where(i => !i.IsSkipped).Select(i => new TxtRecordSet(
            i.RecordName!, i.Token is { } token ? [key!.GetDnsTxtValue(token)] : i.Record!.Values)));
    }
}
