namespace PoshAcmeSharp;

/// <summary>Tells another reporter what it is told, with the same words in front of it: whose step it is.</summary>
internal sealed class PrefixedReporter(IReporter inner, string prefix) : IReporter
{
    public bool IsDebugEnabled => inner.IsDebugEnabled;

    public void Verbose(string message) => inner.Verbose(prefix + message);

    public void Debug(string message) => inner.Debug(prefix + message);

    public void Warning(string message) => inner.Warning(prefix + message);

    public void Progress(ProgressUpdate update) => inner.Progress(update with { Activity = prefix + update.Activity });
}
