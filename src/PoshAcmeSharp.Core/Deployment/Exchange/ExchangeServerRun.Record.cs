using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment.Exchange;

/// <content>What is remembered for the next run.</content>
internal sealed partial class ExchangeServerRun
{
    private readonly Dictionary<string, string> _notes = new(StringComparer.OrdinalIgnoreCase);

    private StoredDeployment NewRecord(ExchangeWish wish, bool isComplete)
    {
        var notes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var note in (_record?.Notes ?? new Dictionary<string, string>()).Concat(_notes))
        {
            notes[note.Key] = note.Value;
        }

        if (_state?.DefaultSmtp is { } known)
        {
            notes[ExchangePlan.KnownDefaultNote] = known;
        }

        if (isComplete && wish.WantsSmtp)
        {
            notes.Remove(ExchangePlan.FormerDefaultNote);
            notes.Remove(ExchangePlan.InterimDefaultNote);
        }

        return new StoredDeployment(ExchangeWork.ServerKind, _record?.Target ?? server, wish.Thumbprint)
        {
            Wishes = wish.Wishes,
            Steps = [.. _steps.Where(s => s.Outcome is StepOutcome.Done or StepOutcome.AlreadyDone).Select(s => s.Name).Distinct()],
            Notes = notes,
            IsComplete = isComplete,
        };
    }

    private Task RememberDoneAsync(ExchangeWish wish, CancellationToken cancellationToken)
    {
        // A smaller wish than the one that is done takes nothing back.
        var record = NewRecord(wish, isComplete: true);
        var former = _record is { IsComplete: true } && _record.Covers(wish.Thumbprint, []) ? _record.Wishes : [];
        return RememberAsync(record with { Wishes = [.. record.Wishes.Union(former, StringComparer.OrdinalIgnoreCase)] }, cancellationToken);
    }

    /// <summary>A server that is done stays done when that cannot be written; the next run looks at it again.</summary>
    public async Task RememberAsync(StoredDeployment record, CancellationToken cancellationToken)
    {
        try
        {
            await work.Records.SaveAsync(record, cancellationToken).ConfigureAwait(false);
        }
        catch (PoshAcmeException e)
        {
            Add(ExchangeStep.Record, StepOutcome.Warning, $"What was done cannot be remembered, so the next run looks at the server again. {e.Message}");
        }
    }
}
