using System.Diagnostics;
using Xunit;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>Runs a program of the machine, such as openssl, as an outside judge.</summary>
internal static class ExternalProgram
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>The full path of a program on the PATH, or null.</summary>
    public static string? Find(string name)
    {
        var names = OperatingSystem.IsWindows() ? new[] { name + ".exe" } : [name];
        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(file => Path.Combine(folder, file)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Runs to the end and gives what happened; a failure is for the caller to judge.</summary>
    public static async Task<ProgramResult> RunAsync(string name, string[] arguments, byte[]? input = null)
    {
        var start = new ProcessStartInfo(name)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Process.Start(start)!;
        try
        {
            using var output = new MemoryStream();
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(input ?? [], deadline.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading all; its exit code tells.
            }

            await reading;
            await process.WaitForExitAsync(deadline.Token);
            return new(process.ExitCode, output.ToArray(), await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{name} did not end.");
        }
    }

    /// <summary>Runs and insists on exit code 0.</summary>
    public static async Task<ProgramResult> RequireAsync(string name, string[] arguments, byte[]? input = null)
    {
        var result = await RunAsync(name, arguments, input);
        Assert.True(result.ExitCode == 0, $"{name} {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}");
        return result;
    }

    /// <summary>The same with a text.</summary>
    public static Task<ProgramResult> RequireAsync(string name, string[] arguments, string input)
        => RequireAsync(name, arguments, System.Text.Encoding.UTF8.GetBytes(input));
}

/// <summary>How a program ended and what it wrote.</summary>
internal sealed record ProgramResult(int ExitCode, byte[] OutputBytes, string Error)
{
    /// <summary>What it wrote to standard output.</summary>
    public string Output => System.Text.Encoding.UTF8.GetString(OutputBytes);

    /// <summary>Both streams, for programs that write their findings to the other one.</summary>
    public string All => Output + Error;
}
