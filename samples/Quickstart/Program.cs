using PoshAcmeSharp;
using PoshAcmeSharp.Samples.Quickstart;
using PoshAcmeSharp.Samples.QuickstartServers;

// Starts a CA, a DNS server and a web server on this machine, issues two certificates and stops them again.
using var stop = new StopSignals();
try
{
    string certificate;
    await using (var servers = await LocalServers.StartAsync(stop.Token))
    {
        certificate = await TwoCertificates.IssueAsync(servers, stop.Token);
    }

    Console.WriteLine($"Certificate: {certificate}");
    return 0;
}
catch (PoshAcmeException e)
{
    Console.Error.WriteLine($"{e.ErrorId}: {e.Message} {e.RecommendedAction}");
}
catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or HttpRequestException)
{
    Console.Error.WriteLine(e.Message);
}

return 1;
