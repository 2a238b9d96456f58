using System.ComponentModel;
using System.Diagnostics;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>Runs the programs of the machine. Times they write are in UTC and their words those of the C locale.</summary>
public sealed class ProgramRunner : IProgramRunner
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public bool Exists(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split([Path.PathSeparator], StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <inheritdoc/>
    public async Task<ProgramResult> RunAsync(string program, IReadOnlyList<string> arguments, byte[]? input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, string.Join(" ", arguments))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        using var process = Start(start);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        using var killing = deadline.Token.Register(() => Kill(process));

        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        var errors = process.StandardError.ReadToEndAsync();
        await WriteAsync(process, input).ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        var errorText = await errors.ConfigureAwait(false);
        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        return deadline.IsCancellationRequested
            ? throw new PoshAcmeException(
                "ProgramTimeout",
                ErrorKind.Timeout,
                $"'{program} {start.Arguments}' did not end within {Deadline.TotalSeconds:0} seconds.",
                "Run it by hand to see what it waits for.")
            : new ProgramResult(process.ExitCode, output.ToArray(), errorText.Trim());
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PoshAcmeException(
                "ProgramNotFound",
                ErrorKind.NotFound,
                $"The program '{start.FileName}' cannot be run: {e.Message}",
                "Install it, put it on the PATH, or choose another scheduler with -Scheduler.",
                e);
        }
    }

    private static async Task WriteAsync(Process process, byte[]? input)
    {
        try
        {
            if (input is not null)
            {
                await process.StandardInput.BaseStream.WriteAsync(input, 0, input.Length).ConfigureAwait(false);
            }

            process.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code tells why.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }
}
