namespace PoshAcmeSharp.Build.Tasks;

/// <summary>Issues certificates from a test CA: by the module where PowerShell is there, else by the core library.</summary>
internal static class QuickstartTask
{
    /// <summary>Runs the task.</summary>
    /// <param name="context">Where to run.</param>
    /// <returns>The exit code.</returns>
    public static int Run(BuildContext context)
    {
        if (Programs.FindPowerShell(context) is { } powerShell)
        {
            var built = BuildTask.Run(context);
            if (built != 0)
            {
                return built;
            }

            Console.WriteLine($"Quick start with the module, in {powerShell}.");
            return RunSample(context, "QuickstartServers", ["--", powerShell, "-NoProfile", "-NonInteractive", "-File", Path.Combine("samples", "quickstart.ps1")]);
        }

        Console.WriteLine("Quick start with the core library: PowerShell (pwsh) is not on the PATH.");
        return RunSample(context, "Quickstart", []);
    }

    private static int RunSample(BuildContext context, string project, IEnumerable<string> arguments)
        => Programs.Run(
            "dotnet",
            context.Root,
            ["run", "--project", Path.Combine("samples", project), "-c", BuildContext.Configuration, "-v", "quiet", .. context.DotnetArguments, .. arguments]);
}
