using System.Globalization;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>Measures PowerShell modules, each in a fresh pwsh.</summary>
internal static class ModuleMeasurements
{
    private const int ImportRuns = 5;
    private const string Result = "seconds=";
    private const string Peak = "peak=";
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "issue.ps1");

    /// <summary>Imports a module several times.</summary>
    /// <param name="module">The path of its manifest.</param>
    /// <returns>The median in seconds.</returns>
    public static async Task<double> ImportAsync(string module)
    {
        var home = Directory.CreateTempSubdirectory("acme-benchmark-");
        try
        {
            var seconds = new List<double>();
            for (var i = 0; i < ImportRuns; i++)
            {
                var command = $"'{Result}' + (Measure-Command {{ Import-Module '{module.Replace("'", "''", StringComparison.Ordinal)}' }}).TotalSeconds.ToString([cultureinfo]::InvariantCulture)";
                using var pwsh = new PowerShellProcess(home.FullName, "-Command", command);
                seconds.Add(double.Parse(await pwsh.ReadAfterAsync(Result), CultureInfo.InvariantCulture));
            }

            return seconds.Order().ElementAt(ImportRuns / 2);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    /// <summary>Issues a certificate with the commands of the ACME conversation one after the other, or with New-PACertificate.</summary>
    /// <param name="client">What the module is called.</param>
    /// <param name="module">The path of its manifest.</param>
    /// <param name="nameCount">How many names the order has.</param>
    /// <param name="delayMilliseconds">What the network adds, each way.</param>
    /// <param name="oneShot">Whether to use New-PACertificate.</param>
    /// <returns>What it took.</returns>
    public static async Task<Measurement> IssueAsync(string client, string module, int nameCount, int delayMilliseconds, bool oneShot)
    {
        await using var server = await MeasuredServer.StartAsync(delayMilliseconds);
        var home = Directory.CreateTempSubdirectory("acme-benchmark-");
        try
        {
            string[] arguments = ["-File", Script, "-Module", module, "-DirectoryUrl", server.DirectoryUrl, "-Names", string.Join(',', TestNames.Make(nameCount))];
            using var pwsh = new PowerShellProcess(home.FullName, oneShot ? [.. arguments, "-OneShot"] : arguments);
            await pwsh.ReadAfterAsync("ready");
            var before = await server.CountRequestsAsync();
            await pwsh.WriteLineAsync("go");
            var seconds = double.Parse(await pwsh.ReadAfterAsync(Result), CultureInfo.InvariantCulture);
            double? peak = double.TryParse(await pwsh.ReadAfterAsync(Peak), CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes / 1024 : null;
            return new Measurement(client, nameCount, delayMilliseconds, seconds, await server.CountRequestsAsync() - before, server.Connections)
            {
                PeakMegabytes = peak,
            };
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}
