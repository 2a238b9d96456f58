using System.Globalization;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>Prints what importing, issuing and looking through many orders cost, as Markdown tables.</summary>
internal static class Program
{
    private const string PoshAcme = "Posh-ACME";

    /// <summary>Its time grows with the square: 150 orders take minutes.</summary>
    private const int MostOrdersOfPoshAcme = 25;

    private static async Task<int> Main(string[] args)
    {
        if (BenchmarkOptions.Parse(args) is not { } options)
        {
            Console.Error.WriteLine(BenchmarkOptions.Usage);
            return 2;
        }

        var hasPowerShell = PowerShellProcess.IsThere();
        if (hasPowerShell)
        {
            await PrintImportsAsync(options);
            await PrintOrdersAsync(options);
        }
        else
        {
            Console.WriteLine("There is no pwsh on the PATH: modules are not measured.\n");
        }

        await PrintIssuancesAsync(options, hasPowerShell);
        await PrintRoundTripsAsync(options);
        if (hasPowerShell)
        {
            await PrintMemoryAsync(options);
        }

        await PrintReliabilityAsync(options);
        return 0;
    }

    private static async Task PrintImportsAsync(BenchmarkOptions options)
    {
        Print($"| Import | Seconds |", $"|---|---:|");
        foreach (var (name, module) in new[] { ("PoshAcmeSharp", options.Module), (PoshAcme, options.PoshAcme) })
        {
            if (module is null)
            {
                continue;
            }

            if (File.Exists(module))
            {
                Print($"| {name} | {await ModuleMeasurements.ImportAsync(Path.GetFullPath(module)):F3} |");
            }
            else
            {
                Print($"| {name} | not measured: there is no {module} |");
            }
        }

        Console.WriteLine();
    }

    private static async Task PrintOrdersAsync(BenchmarkOptions options)
    {
        Print($"| Through all orders, none due | Command | Orders | Seconds | Requests |", $"|---|---|---:|---:|---:|");
        foreach (var command in (string[])["Submit-Renewal -AllOrders", "Get-PAOrder -List"])
        {
            foreach (var count in options.Orders.Where(_ => File.Exists(options.Module)))
            {
                await PrintOrdersAsync("PoshAcmeSharp", options.Module, command, count, isAdvised: true);
            }

            foreach (var count in options.Orders.Select(o => Math.Min(o, MostOrdersOfPoshAcme)).Distinct().Where(_ => File.Exists(options.PoshAcme)))
            {
                await PrintOrdersAsync(PoshAcme, options.PoshAcme!, command, count, isAdvised: false);
            }
        }

        Console.WriteLine();
    }

    private static async Task PrintOrdersAsync(string client, string module, string command, int count, bool isAdvised)
    {
        var (seconds, requests) = await ManyOrders.MeasureAsync(Path.GetFullPath(module), command, count, isAdvised);
        Print($"| {client} | `{command}` | {count} | {seconds:F2} | {requests} |");
    }

    private static async Task PrintIssuancesAsync(BenchmarkOptions options, bool hasPowerShell)
    {
        Print($"| Issuance | Names | Delay each way (ms) | Seconds | Requests | Connections |", $"|---|---:|---:|---:|---:|---:|");
        await CoreIssuance.WarmUpAsync();
        foreach (var delay in options.Delays)
        {
            foreach (var names in options.Names)
            {
                Print(await CoreIssuance.MeasureAsync(names, delay));
                if (hasPowerShell && File.Exists(options.Module))
                {
                    Print(await ModuleMeasurements.IssueAsync("PoshAcmeSharp, step by step", Path.GetFullPath(options.Module), names, delay, oneShot: false));
                    Print(await ModuleMeasurements.IssueAsync("PoshAcmeSharp, New-PACertificate", Path.GetFullPath(options.Module), names, delay, oneShot: true));
                }

                if (hasPowerShell && options.PoshAcme is { } reference)
                {
                    Print(await ModuleMeasurements.IssueAsync(PoshAcme + ", step by step", Path.GetFullPath(reference), names, delay, oneShot: false));
                    Print(await ModuleMeasurements.IssueAsync(PoshAcme + ", New-PACertificate", Path.GetFullPath(reference), names, delay, oneShot: true));
                }
            }
        }

        Console.WriteLine();
    }

    private static async Task PrintRoundTripsAsync(BenchmarkOptions options)
    {
        Print($"| Round trips in sequence | Names | Requests that waited for one another |", $"|---|---:|---:|");
        foreach (var names in options.Names)
        {
            Print($"| PoshAcmeSharp (core) | {names} | {await CoreIssuance.CountRoundTripsAsync(names)} |");
        }
    }

    private static async Task PrintMemoryAsync(BenchmarkOptions options)
    {
        Print($"", $"| Peak memory of pwsh | Names | MB |", $"|---|---:|---:|");
        foreach (var names in options.Memory)
        {
            foreach (var (client, module) in new[] { ("PoshAcmeSharp, New-PACertificate", options.Module), (PoshAcme + ", New-PACertificate", options.PoshAcme) })
            {
                if (File.Exists(module))
                {
                    var measured = await ModuleMeasurements.IssueAsync(client, Path.GetFullPath(module), names, delayMilliseconds: 0, oneShot: true);
                    Print($"| {client} | {names} | {measured.PeakMegabytes:F0} |");
                }
            }
        }
    }

    private static async Task PrintReliabilityAsync(BenchmarkOptions options)
    {
        if (options.RejectPercents.Count == 0)
        {
            return;
        }

        Print($"", $"| Issuances with many bad nonces | Refused nonces (%) | Issued | Tried | Seconds |", $"|---|---:|---:|---:|---:|");
        foreach (var percent in options.RejectPercents)
        {
            var result = await Reliability.MeasureAsync(percent, options.Issuances, TimeSpan.FromMinutes(options.Minutes));
            Print($"| PoshAcmeSharp (core) | {percent} | {result.Tried - result.Failures.Count} | {result.Tried} | {result.Seconds:F0} |");
            foreach (var failure in result.Failures.GroupBy(f => f, StringComparer.Ordinal))
            {
                Console.Error.WriteLine($"{failure.Count()} x {failure.Key}");
            }
        }
    }

    private static void Print(Measurement m)
        => Print($"| {m.Client} | {m.Names} | {m.DelayMilliseconds} | {m.Seconds:F2} | {m.Requests} | {m.Connections} |");

    private static void Print(params FormattableString[] lines)
    {
        foreach (var line in lines)
        {
            Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
        }
    }
}
