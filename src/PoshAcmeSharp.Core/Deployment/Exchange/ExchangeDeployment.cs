namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>
/// Brings a certificate to Exchange servers, one after the other, and to connectors once all of them have it. What fails
/// on a server is in its result, and stops no other; running again goes on where it failed.
/// </summary>
public sealed class ExchangeDeployment
{
    private readonly ExchangeWork _work;

    /// <summary>Makes a deployment.</summary>
    /// <param name="commands">The commands of Exchange. They are not needed while all is recorded as done.</param>
    /// <param name="records">What is remembered of former runs.</param>
    /// <param name="probe">Looks which certificates servers present.</param>
    /// <param name="confirmAsync">Asks whether something (the second) may be done to something (the first).</param>
    /// <param name="isWhatIf">Whether <paramref name="confirmAsync"/> only tells what would be done.</param>
    /// <param name="reporter">Where progress and warnings are told.</param>
    /// <param name="clock">The time.</param>
    public ExchangeDeployment(
        IExchangeCommands commands,
        DeploymentRecords records,
        ITlsProbe probe,
        Func<string, string, Task<bool>> confirmAsync,
        bool isWhatIf,
        IReporter reporter,
        IClock clock)
        => _work = new(commands, records, probe, confirmAsync, isWhatIf, reporter, clock);

    /// <summary>Brings the certificate to all servers.</summary>
    /// <param name="wish">What is wanted.</param>
    /// <param name="openAsync">Opens the file of the certificate when it is needed; null for one that the servers have already.</param>
    /// <param name="cancellationToken">Ends the run between two commands.</param>
    /// <returns>What became of it on each server, in the order of the servers.</returns>
    /// <exception cref="PoshAcmeException"><c>ExchangeCommandsNotFound</c>; what concerns a server is in the results.</exception>
    public async Task<IReadOnlyList<ServerDeployment>> RunAsync(
        ExchangeWish wish, Func<Task<ExchangePfx>>? openAsync, CancellationToken cancellationToken)
    {
        var run = Begin(wish);
        if (run.IsRecorded)
        {
            return Results(run.Servers, wish);
        }

        // Another run may have done it meanwhile.
        using var hold = await _work.Records.LockAsync(cancellationToken).ConfigureAwait(false);
        run = Begin(wish);
        return run.IsRecorded ? Results(run.Servers, wish) : await RunAsync(wish, run.Servers, run.Connectors, openAsync, cancellationToken).ConfigureAwait(false);
    }

    private static IReadOnlyList<ServerDeployment> Results(ExchangeServerRun[] servers, ExchangeWish wish) => [.. servers.Select(s => s.ToResult(wish))];

    private static async Task DeployAsync(
        ExchangeWish wish, ExchangeServerRun[] servers, ExchangeConnectorRun connectors, CancellationToken cancellationToken)
    {
        // They are about the certificate: once is enough.
        servers[0].AddRange(ExchangeRules.Warn(wish));
        foreach (var server in servers.Where(s => !s.IsRecorded))
        {
            await server.DeployAsync(wish, cancellationToken).ConfigureAwait(false);
        }

        await connectors.RunAsync(wish, cancellationToken).ConfigureAwait(false);
        foreach (var server in servers.Where(s => !s.IsRecorded))
        {
            await server.FinishAsync(wish, connectors.AreDone, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What is remembered of the servers and connectors.</summary>
    private (ExchangeServerRun[] Servers, ExchangeConnectorRun Connectors, bool IsRecorded) Begin(ExchangeWish wish)
    {
        var servers = wish.Servers.Select(server => new ExchangeServerRun(_work, server)).ToArray();
        foreach (var server in servers)
        {
            server.LookAtRecord(wish);
        }

        var connectors = new ExchangeConnectorRun(_work, servers);
        return (servers, connectors, servers.All(s => s.IsRecorded) && connectors.AreRecorded(wish));
    }

    private async Task<IReadOnlyList<ServerDeployment>> RunAsync(
        ExchangeWish wish, ExchangeServerRun[] servers, ExchangeConnectorRun connectors, Func<Task<ExchangePfx>>? openAsync, CancellationToken cancellationToken)
    {
        var (opened, refusal) = await OpenAsync(wish, openAsync).ConfigureAwait(false);
        if (refusal is null)
        {
            await _work.Commands.RequireAsync(cancellationToken).ConfigureAwait(false);
            await DeployAsync(opened, servers, connectors, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // Where all servers are done, it is what the connectors wait for.
            ExchangeServerRun[] waiting = [.. servers.Where(s => !s.IsRecorded).DefaultIfEmpty(servers[0])];
            foreach (var server in waiting)
            {
                server.Fail(ExchangeStep.Certificate, refusal);
            }
        }

        _work.Reporter.Progress(new(ExchangeWork.Activity, string.Empty, IsCompleted: true));
        return Results(servers, opened);
    }

    /// <summary>Looks through the certificate before any server is asked for anything.</summary>
    private async Task<(ExchangeWish Wish, PoshAcmeException? Refusal)> OpenAsync(ExchangeWish wish, Func<Task<ExchangePfx>>? openAsync)
    {
        if (openAsync is null)
        {
            return (wish, null);
        }

        try
        {
            var pfx = await openAsync().ConfigureAwait(false);
            var opened = wish with { Pfx = pfx, Thumbprint = pfx.Certificate.Thumbprint };
            return (opened, ExchangeRules.Refuse(opened, _work.Clock.UtcNow));
        }
        catch (PoshAcmeException e)
        {
            return (wish, e);
        }
    }
}
