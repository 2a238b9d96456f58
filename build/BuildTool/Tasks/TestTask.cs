using PoshAcmeSharp.Build.Tests;

namespace PoshAcmeSharp.Build.Tasks;

/// <summary>Runs the tests of the libraries, then those of the module in a real PowerShell, and counts both.</summary>
internal static class TestTask
{
    /// <summary>Runs the task.</summary>
    /// <param name="context">What to test.</param>
    /// <returns>The exit code.</returns>
    public static int Run(BuildContext context)
    {
        var results = Path.Combine(context.Artifacts, "test-results");
        if (Directory.Exists(results))
        {
            Directory.Delete(results, recursive: true);
        }

        var built = BuildTask.Run(context);
        if (built != 0)
        {
            return built;
        }

        // Samples, benchmarks and the servers of the module's tests too: "dotnet test" builds what the tests refer to alone.
        var all = Programs.Run(
            "dotnet",
            context.Root,
            ["build", "PoshAcmeSharp.sln", "-c", BuildContext.Configuration, "--nologo", "-v", "quiet", .. context.DotnetArguments]);
        if (all != 0)
        {
            return all;
        }

        var library = Programs.Run(
            "dotnet",
            context.Root,
            ["test", "PoshAcmeSharp.sln", "--no-build", "-c", BuildContext.Configuration, "--nologo", "--logger", "trx", "--results-directory", results, .. context.DotnetArguments]);
        var module = RunModuleTests(context, results);

        Report("dotnet test", library);
        Report("Pester", module);
        foreach (var skipped in SkippedTests.OfFolder(results))
        {
            Console.WriteLine($"Skipped: {skipped}");
        }

        var counts = TestCounts.OfFolder(results);
        Console.WriteLine(counts);
        return library == 0 && module == 0 && counts is { Failed: 0, Passed: > 0 } ? 0 : 1;
    }

    /// <summary>Says why the run fails when no single test did, such as a project that does not compile.</summary>
    private static void Report(string program, int code)
    {
        if (code != 0)
        {
            Console.WriteLine($"{program} ended with code {code}.");
        }
    }

    private static int RunModuleTests(BuildContext context, string results)
    {
        if (Programs.FindPowerShell(context) is not { } powerShell)
        {
            return Skip(context, "PowerShell (pwsh) is not on the PATH");
        }

        if (Programs.Run(powerShell, context.Root, "-NoProfile", "-NonInteractive", "-Command", "exit [int](-not (Get-Module Pester -ListAvailable | Where-Object Version -ge ([version]'5.0')))") != 0)
        {
            return Skip(context, "Pester 5 is not installed");
        }

        if (Programs.Find("pebble") is null)
        {
            return Skip(context, "pebble is not on the PATH");
        }

        return Programs.Run(
            powerShell,
            context.Root,
            "-NoProfile",
            "-NonInteractive",
            "-File",
            Path.Combine("tests", "module", "Invoke-ModuleTests.ps1"),
            "-ModulePath",
            context.ModuleFolder,
            "-ResultPath",
            Path.Combine(results, "module.xml"));
    }

    private static int Skip(BuildContext context, string reason)
    {
        var files = Directory.GetFiles(Path.Combine(context.Root, "tests", "module"), "*.Tests.ps1").Length;
        Console.WriteLine($"The tests of the module in PowerShell ({files} files) were left out: {reason}.");
        return 0;
    }
}
