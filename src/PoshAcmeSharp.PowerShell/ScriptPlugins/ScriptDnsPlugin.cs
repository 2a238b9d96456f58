using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>A script that publishes TXT records; it knows one value at a time.</summary>
internal sealed class ScriptDnsPlugin(ScriptFunctions functions) : IDnsChallengePlugin, ISavingChallengePlugin, IDisposable
{
    public string Name => functions.PluginName;

    public int MaxConcurrency => 1;

    public async Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        foreach (var value in records.Values)
        {
            await functions.AddAsync(context, cancellationToken, records.RecordName, Quoted(value)).ConfigureAwait(false);
        }
    }

    public async Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        foreach (var value in records.Values)
        {
            await functions.RemoveAsync(context, cancellationToken, records.RecordName, Quoted(value)).ConfigureAwait(false);
        }
    }

    public Task SaveAsync(PluginContext context, CancellationToken cancellationToken) => functions.SaveAsync(context, cancellationToken);

    public void Dispose() => functions.Dispose();

    /// <summary>
    /// As scripts get the values of dns-persist-01 from Posh-ACME. Many hand a value to their provider as it is, and for
    /// most providers a text with spaces or semicolons needs quotes, as in a zone file.
    /// </summary>
    private static string Quoted(string value) => value.IndexOfAny([' ', ';']) < 0 ? value : $"\"{value}\"";
}
