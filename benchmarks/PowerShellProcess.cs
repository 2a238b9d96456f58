using System.ComponentModel;
using System.Diagnostics;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>A pwsh of its own for each measurement, so that none profits from what another has loaded.</summary>
internal sealed class PowerShellProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private readonly Process process;
    private readonly CancellationTokenSource deadline = new(Deadline);

    /// <summary>Starts it.</summary>
    /// <param name="home">The folder of the profile.</param>
    /// <param name="arguments">What follows -NoProfile -NonInteractive.</param>
    public PowerShellProcess(string home, params string[] arguments)
    {
        process = new Process
        {
            StartInfo = new ProcessStartInfo("pwsh", ["-NoProfile", "-NonInteractive", .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                Environment = { ["POSHACME_HOME"] = home },
            },
        };
        process.Start();
    }

    /// <summary>Whether there is a pwsh.</summary>
    public static bool IsThere()
    {
        try
        {
            using var pwsh = new PowerShellProcess(Path.GetTempPath(), "-Version");
            pwsh.process.WaitForExit(Deadline);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Reads up to a line that starts in a certain way; modules print notices of their own before.</summary>
    /// <param name="start">How it starts.</param>
    /// <returns>What follows in that line.</returns>
    /// <exception cref="InvalidOperationException">It ended without such a line; its errors are on the console.</exception>
    public async Task<string> ReadAfterAsync(string start)
    {
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return line[start.Length..];
            }
        }

        throw new InvalidOperationException("pwsh ended early.");
    }

    /// <summary>Gives it a line to read.</summary>
    public async Task WriteLineAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync(deadline.Token);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
        deadline.Dispose();
    }
}
