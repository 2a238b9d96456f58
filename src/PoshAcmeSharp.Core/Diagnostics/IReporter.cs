namespace PoshAcmeSharp;

/// <summary>
/// Where the library tells what it does. Calls may come from any thread and must return at once.
/// Texts never hold a secret.
/// </summary>
public interface IReporter
{
    /// <summary>Whether <see cref="Debug"/> is listened to, so that costly texts need not be made.</summary>
    bool IsDebugEnabled { get; }

    /// <summary>One step, for the user who asks what happens.</summary>
    void Verbose(string message);

    /// <summary>Raw requests and responses, redacted.</summary>
    void Debug(string message);

    /// <summary>Something the user should know; the work goes on.</summary>
    void Warning(string message);

    /// <summary>How far the work is and what is being waited for.</summary>
    void Progress(ProgressUpdate update);
}

/// <summary>One line of progress.</summary>
/// <param name="Activity">What is being done, such as <c>Waiting for DNS</c>: the key of the line.</param>
/// <param name="Status">How far it is and what is being waited for.</param>
/// <param name="PercentComplete">0 to 100, or -1 when unknown.</param>
/// <param name="SecondsRemaining">Seconds until the deadline, or -1 when there is none.</param>
/// <param name="IsCompleted">True takes the line away.</param>
public sealed record ProgressUpdate(string Activity, string Status, int PercentComplete = -1, int SecondsRemaining = -1, bool IsCompleted = false);

/// <summary>A reporter that nobody listens to.</summary>
public sealed class NullReporter : IReporter
{
    /// <summary>The only instance.</summary>
    public static NullReporter Instance { get; } = new();

    private NullReporter()
    {
    }

    /// <inheritdoc/>
    public bool IsDebugEnabled => false;

    /// <inheritdoc/>
    public void Verbose(string message)
    {
    }

    /// <inheritdoc/>
    public void Debug(string message)
    {
    }

    /// <inheritdoc/>
    public void Warning(string message)
    {
    }

    /// <inheritdoc/>
    public void Progress(ProgressUpdate update)
    {
    }
}
