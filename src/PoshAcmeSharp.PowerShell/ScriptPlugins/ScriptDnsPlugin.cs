using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>A script that publishes TXT records; it knows one value at a time.</summary>
internal sealed class ScriptDnsPlugin(ScriptFunctions functions) : IDnsChallengePlugin, ISavingChallengePlugin
{
    public string Name => functions.PluginName;

    public int MaxConcurrency => 1;

    public async Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        foreach (var value in records.Values)
        {
            await functions.AddAsync(context, cancellationToken, records.RecordName, value).ConfigureAwait(false);
        }
    }

    public async Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        foreach (var value in records.Values)
        {
            await functions.RemoveAsync(context, cancellationToken, records.RecordName, value).ConfigureAwait(false);
        }
    }

    public Task SaveAsync(PluginContext context, CancellationToken cancellationToken) => functions.SaveAsync(context, cancellationToken);
}
