namespace PoshAcmeSharp.Samples.Quickstart;

/// <summary>Shows what the library does on the console.</summary>
internal sealed class ConsoleReporter : IReporter
{
    /// <inheritdoc/>
    public bool IsDebugEnabled => false;

    /// <inheritdoc/>
    public void Verbose(string message) => Console.WriteLine(message);

    /// <inheritdoc/>
    public void Debug(string message)
    {
    }

    /// <inheritdoc/>
    public void Warning(string message) => Console.WriteLine("Warning: " + message);

    /// <inheritdoc/>
    public void Progress(ProgressUpdate update)
    {
        if (!update.IsCompleted)
        {
            Console.WriteLine($"{update.Activity}: {update.Status}");
        }
    }
}
