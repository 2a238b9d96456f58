using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>The run of a deployment on the connectors that were named, and no others.</summary>
internal sealed class ExchangeConnectorRun(ExchangeWork work, IReadOnlyList<ExchangeServerRun> servers)
{
    private const string SendKind = "ExchangeSendConnector";
    private const string ReceiveKind = "ExchangeReceiveConnector";

    /// <summary>Whether no connector waits or failed.</summary>
    public bool AreDone { get; private set; } = true;

    public bool AreRecorded(ExchangeWish wish)
        => wish.SendConnectors.All(name => IsRecorded(wish, SendKind, name)) && wish.ReceiveConnectors.All(name => IsRecorded(wish, ReceiveKind, name));

    public async Task RunAsync(ExchangeWish wish, CancellationToken cancellationToken)
    {
        foreach (var name in wish.SendConnectors.Where(n => !IsRecorded(wish, SendKind, n)))
        {
            await BindAsync(wish, SendKind, name, () => work.Commands.GetSendConnectorsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        foreach (var name in wish.ReceiveConnectors.Where(n => !IsRecorded(wish, ReceiveKind, n)))
        {
            await BindAsync(wish, ReceiveKind, name, () => GetReceiveConnectorsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    private static string StepOf(string kind) => kind == SendKind ? ExchangeStep.SendConnector : ExchangeStep.ReceiveConnector;

    /// <summary>Those that have the name, or else those that greet by it.</summary>
    private static ExchangeConnector[] Choose(IReadOnlyList<ExchangeConnector> connectors, string name)
    {
        ExchangeConnector[] named = [.. connectors.Where(c => c.IsNamed(name))];
        return named.Length > 0 ? named : [.. connectors.Where(c => c.HasFqdn(name))];
    }

    private bool IsRecorded(ExchangeWish wish, string kind, string name)
        => !wish.Verify && !wish.Force && work.Records.Find(kind, name)?.Covers(wish.Thumbprint, WishesOf(kind)) == true;

    /// <summary>One name may stand for a connector on each server.</summary>
    private IEnumerable<string> WishesOf(string kind) => kind == ReceiveKind ? servers.Select(s => "server:" + s.Name) : [];

    private async Task<IReadOnlyList<ExchangeConnector>> GetReceiveConnectorsAsync(CancellationToken cancellationToken)
    {
        var all = new List<ExchangeConnector>();
        foreach (var server in servers.Where(s => s.IsReady))
        {
            all.AddRange(await work.Commands.GetReceiveConnectorsAsync(server.Name, cancellationToken).ConfigureAwait(false));
        }

        return all;
    }

    private async Task BindAsync(
        ExchangeWish wish, string kind, string name, Func<Task<IReadOnlyList<ExchangeConnector>>> listAsync, CancellationToken cancellationToken)
    {
        if (servers.FirstOrDefault(s => !s.IsReady) is { } waiting)
        {
            Wait(servers[0], kind, name, waiting.Name);
            return;
        }

        var owner = servers[0];
        try
        {
            var chosen = Choose(await listAsync().ConfigureAwait(false), name);
            if (chosen.Length == 0)
            {
                throw new PoshAcmeException(
                    "ConnectorNotFound",
                    ErrorKind.NotFound,
                    $"There is no {(kind == SendKind ? "send connector" : "receive connector on these servers")} with the name or FQDN '{name}'.",
                    $"Give a name that {(kind == SendKind ? "Get-SendConnector" : "Get-ReceiveConnector")} shows.");
            }

            var isDone = true;
            foreach (var connector in chosen)
            {
                owner = servers.FirstOrDefault(s => connector.Servers.Any(c => ExchangeWork.IsSameServer(c, s.Name))) ?? servers[0];
                isDone &= await BindAsync(wish, kind, connector, owner, cancellationToken).ConfigureAwait(false);
            }

            if (isDone)
            {
                await owner.RememberAsync(
                    new StoredDeployment(kind, name, wish.Thumbprint) { Wishes = [.. WishesOf(kind)], IsComplete = true }, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PoshAcmeException e)
        {
            AreDone = false;
            owner.Fail(StepOf(kind), e);
        }
    }

    private async Task<bool> BindAsync(ExchangeWish wish, string kind, ExchangeConnector connector, ExchangeServerRun owner, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await RequireOnOthersAsync(wish, connector, cancellationToken).ConfigureAwait(false);
        var certificate = await owner.FindCertificateAsync(wish, cancellationToken).ConfigureAwait(false)
            ?? (wish.Pfx is null ? null : ExchangeCertificate.Expected(wish.Pfx.Certificate));
        if (string.IsNullOrEmpty(certificate?.Subject))
        {
            throw ExchangeRules.SubjectNeeded(wish.Thumbprint);
        }

        var tlsName = certificate!.TlsName;
        if (string.Equals(connector.TlsCertificateName, tlsName, StringComparison.OrdinalIgnoreCase))
        {
            owner.Add(StepOf(kind), StepOutcome.AlreadyDone, $"The connector '{connector.Identity}' is bound to {tlsName}.");
            return true;
        }

        var isBound = false;
        await owner.ConfirmAsync(StepOf(kind), connector.Identity, $"Bind the connector '{connector.Identity}' to {tlsName}", async () =>
        {
            await work.Commands.SetConnectorAsync(connector, tlsName, cancellationToken).ConfigureAwait(false);
            isBound = true;
            return null;
        }).ConfigureAwait(false);
        AreDone &= isBound || work.IsWhatIf;
        return isBound;
    }

    /// <summary>A connector may have source servers that are not among those of this run.</summary>
    private async Task RequireOnOthersAsync(ExchangeWish wish, ExchangeConnector connector, CancellationToken cancellationToken)
    {
        foreach (var other in connector.Servers.Where(s => !servers.Any(one => ExchangeWork.IsSameServer(one.Name, s))))
        {
            var certificates = await work.Commands.GetCertificatesAsync(other, cancellationToken).ConfigureAwait(false);
            if (!certificates.Any(c => c.Is(wish.Thumbprint)))
            {
                throw new PoshAcmeException(
                    "SourceServerWithoutCertificate",
                    ErrorKind.InvalidOperation,
                    $"The connector '{connector.Identity}' is not bound to the certificate: its server '{other}' does not have it.",
                    $"Name that server too: -Server …, {other}.");
            }
        }
    }

    private void Wait(ExchangeServerRun owner, string kind, string name, string waiting)
    {
        AreDone = false;
        owner.Add(StepOf(kind), StepOutcome.Skipped, $"The connector '{name}' waits until server '{waiting}' has the certificate too.");
    }
}
