namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>Carries what the library tells to the streams of a command.</summary>
internal sealed class CommandReporter(AsyncCommand command, ProgressBoard progress, bool isDebugEnabled) : IReporter
{
    /// <inheritdoc/>
    public bool IsDebugEnabled { get; } = isDebugEnabled;

    /// <inheritdoc/>
    public void Verbose(string message) => command.WriteVerbose(message);

    /// <inheritdoc/>
    public void Debug(string message)
    {
        if (IsDebugEnabled)
        {
            command.WriteDebug(message);
        }
    }

    /// <inheritdoc/>
    public void Warning(string message) => command.WriteWarning(message);

    /// <inheritdoc/>
    public void Progress(ProgressUpdate update) => progress.Update(update);
}
