using System.ComponentModel;
using System.Diagnostics;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>A server program that lives as long as this object. What it prints is kept.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(5);

    private readonly List<string> output = [];
    private readonly Process process;

    private ChildProcess(Process process) => this.process = process;

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>All it has printed, on both streams.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (output)
            {
                return [.. output];
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its name on the PATH.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="environment">What is added to the environment.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The running program.</returns>
    public static ChildProcess Start(string program, string workingDirectory, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var child = new ChildProcess(process);
        process.OutputDataReceived += child.Keep;
        process.ErrorDataReceived += child.Keep;
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new InvalidOperationException($"{program} cannot be started.", e);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        // A test run that is ended from outside disposes nothing.
        AppDomain.CurrentDomain.ProcessExit += child.KillAtExit;
        return child;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        Kill();
        using var deadline = new CancellationTokenSource(ExitTimeout);
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Killed but not yet reaped: nothing more can be done from here.
        }

        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (output)
            {
                output.Add(line.Data);
            }
        }
    }

    private void KillAtExit(object? sender, EventArgs e) => Kill();

    private void Kill()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
    }
}
