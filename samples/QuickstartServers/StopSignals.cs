using System.Runtime.InteropServices;

namespace PoshAcmeSharp.Samples.QuickstartServers;

/// <summary>Turns Ctrl+C, a closed terminal and a request to end into a cancellation, so that there is time to clean up.</summary>
public sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<PosixSignalRegistration> registrations;

    /// <summary>Listens from now on.</summary>
    public StopSignals()
        => registrations = new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, Cancel))
            .ToList();

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        registrations.ForEach(r => r.Dispose());
        stop.Dispose();
    }

    private void Cancel(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}
