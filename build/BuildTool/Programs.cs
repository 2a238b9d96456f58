using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PoshAcmeSharp.Build;

/// <summary>Finds and runs other programs.</summary>
internal static class Programs
{
    /// <summary>Runs a program on the caller's console, without input.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="folder">The working folder.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its exit code.</returns>
    public static int Run(string program, string folder, params IEnumerable<string> arguments)
    {
        // The input is closed so that nothing can wait for an answer.
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true };
        using var process = Process.Start(start) ?? throw new BuildException($"{program} did not start.");
        process.StandardInput.Close();

        // Ctrl+C reaches the program too. It may have to clean up; the build ends after it.
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Finds PowerShell: pwsh, or Windows PowerShell where there is no pwsh.</summary>
    /// <param name="context">Where the tools lie that the build installed.</param>
    /// <returns>The path, or null.</returns>
    public static string? FindPowerShell(BuildContext context)
        => Find("pwsh", Path.Combine(context.Artifacts, "tools")) ?? (OperatingSystem.IsWindows() ? Find("powershell") : null);

    /// <summary>Finds a program on the PATH.</summary>
    /// <param name="name">Its name without an extension.</param>
    /// <param name="folders">Where to look besides.</param>
    /// <returns>The path, or null.</returns>
    public static string? Find(string name, params IEnumerable<string> folders)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(folders)
            .Select(f => Path.Combine(f, file))
            .FirstOrDefault(File.Exists);
    }
}
