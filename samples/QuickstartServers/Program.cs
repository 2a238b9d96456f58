using System.Diagnostics;
using PoshAcmeSharp.Samples.QuickstartServers;

// Usage: QuickstartServers <program> <arguments>
// Starts the servers, runs the program with their addresses as further arguments, and stops all when it has ended.
const int Cancelled = 130;
var timeToCleanUp = TimeSpan.FromSeconds(10);

using var stop = new StopSignals();
try
{
    await using var servers = await LocalServers.StartAsync(stop.Token);
    string[] addresses =
    [
        "-DirectoryUrl", servers.DirectoryUrl,
        "-CACertificate", servers.CACertificatePath,
        "-RootCertificate", servers.RootCertificatePath,
        "-NameServer", servers.NameServer,
        "-DnsApiUrl", servers.DnsApiUrl,
        "-WebRoot", servers.WebRoot,
    ];
    using var program = Process.Start(args[0], [.. args.Skip(1), .. addresses]);
    return await WaitAsync(program);
}
catch (OperationCanceledException)
{
    return Cancelled;
}
catch (InvalidOperationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

async Task<int> WaitAsync(Process program)
{
    try
    {
        await program.WaitForExitAsync(stop.Token);
        return program.ExitCode;
    }
    catch (OperationCanceledException)
    {
        // Ctrl+C reaches the program too: it cleans up and ends by itself.
        using var deadline = new CancellationTokenSource(timeToCleanUp);
        await program.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!program.HasExited)
        {
            program.Kill(entireProcessTree: true);
        }

        return Cancelled;
    }
}
