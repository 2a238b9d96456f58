using PoshAcmeSharp.Deployment.Exchange;

namespace PoshAcmeSharp.Tests.Deployment.Exchange;

/// <summary>Exchange servers in memory that refuse what real ones are documented to refuse.</summary>
internal sealed class FakeExchange : IExchangeCommands
{
    private readonly Dictionary<string, FakeServer> _servers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The calls, such as <c>Enable EX1 SMTP</c>.</summary>
    public List<string> Calls { get; } = [];

    public List<ExchangeConnector> SendConnectors { get; } = [];

    public List<ExchangeConnector> ReceiveConnectors { get; } = [];

    public List<string> AuthThumbprints { get; } = [];

    /// <summary>Whether the session has the commands.</summary>
    public bool HasCommands { get; set; } = true;

    /// <summary>Gets each call before it is carried out; what it throws is thrown.</summary>
    public Action<string>? Before { get; set; }

    public IEnumerable<string> Changes => Calls.Where(c => !c.StartsWith("Get", StringComparison.Ordinal));

    public FakeServer this[string name] => _servers[name];

    /// <summary>A server as set-up leaves it: its self-signed certificate is the default one, and serves IIS.</summary>
    public FakeServer Add(string name)
    {
        var own = new ExchangeCertificate
        {
            Thumbprint = "0" + name,
            Subject = "CN=" + name,
            Issuer = "CN=" + name,
            Names = [name],
            Services = ["IIS", "SMTP"],
            Status = "Valid",
            HasPrivateKey = true,
            IsSelfSigned = true,
            NotAfter = DateTimeOffset.MaxValue,
        };
        var auth = own with { Thumbprint = "AUTH", Subject = "CN=Microsoft Exchange Server Auth Certificate", Services = ["SMTP"] };
        return _servers[name] = new FakeServer { Certificates = { own, auth }, Default = own.Thumbprint };
    }

    /// <summary>Gives a server a second name.</summary>
    public void AddName(string name, string server) => _servers[name] = _servers[server];

    public Task RequireAsync(CancellationToken cancellationToken) => HasCommands
        ? Task.CompletedTask
        : throw new PoshAcmeException("ExchangeCommandsNotFound", ErrorKind.NotFound, "No commands.");

    public Task<IReadOnlyList<ExchangeCertificate>> GetCertificatesAsync(string server, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<ExchangeCertificate>>([.. Call("Get", server).Certificates]);

    public Task<string?> GetDefaultSmtpAsync(string server, CancellationToken cancellationToken)
        => Task.FromResult(Call("GetDefault", server) is { IsDefaultHidden: false } one ? one.Default : null);

    public Task ImportAsync(string server, ExchangePfx pfx, string? friendlyName, bool isExportable, CancellationToken cancellationToken)
    {
        var one = Call("Import", server);
        if (one.Certificates.Any(c => c.Is(pfx.Certificate.Thumbprint)))
        {
            throw Refused($"A certificate with the thumbprint {pfx.Certificate.Thumbprint} already exists.");
        }

        one.Certificates.Add(ExchangeCertificate.Expected(pfx.Certificate) with { Status = one.NewStatus, HasPrivateKey = pfx.Password.Length > 0 });
        return Task.CompletedTask;
    }

    public Task EnableAsync(string server, string thumbprint, IReadOnlyList<string> services, CancellationToken cancellationToken)
    {
        var one = Call("Enable", server, $" {string.Join(",", services)} {thumbprint}");
        var found = one.Certificates.Find(c => c.Is(thumbprint)) ?? throw Refused($"The certificate {thumbprint} was not found.");
        foreach (var service in services)
        {
            if (service is not ("IIS" or "SMTP" or "POP" or "IMAP"))
            {
                throw Refused($"{service} is not a service of this server.");
            }
        }

        if (services.Contains("SMTP"))
        {
            one.Default = thumbprint;
        }

        one.Certificates = [.. new ExchangeServerState(one.Certificates, null).With(found, [.. services.Except(one.Ignored)]).Certificates];
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string server, string thumbprint, CancellationToken cancellationToken)
    {
        var one = Call("Remove", server, " " + thumbprint);
        if (one.Default == thumbprint)
        {
            throw Refused("The internal transport certificate cannot be removed.");
        }

        one.Certificates.RemoveAll(c => c.Is(thumbprint));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> GetAuthThumbprintsAsync(CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<string>>(AuthThumbprints);

    public Task<IReadOnlyList<ExchangeConnector>> GetSendConnectorsAsync(CancellationToken cancellationToken)
    {
        Log("GetSend");
        return Task.FromResult<IReadOnlyList<ExchangeConnector>>(SendConnectors);
    }

    public Task<IReadOnlyList<ExchangeConnector>> GetReceiveConnectorsAsync(string server, CancellationToken cancellationToken)
    {
        Call("GetReceive", server);
        return Task.FromResult<IReadOnlyList<ExchangeConnector>>([.. ReceiveConnectors.Where(c => c.Servers.Contains(server))]);
    }

    public Task SetConnectorAsync(ExchangeConnector connector, string tlsCertificateName, CancellationToken cancellationToken)
    {
        Log($"Set {connector.Identity} {tlsCertificateName}");
        var list = connector.IsReceive ? ReceiveConnectors : SendConnectors;
        list[list.FindIndex(c => c.Identity == connector.Identity)] = connector with { TlsCertificateName = tlsCertificateName };
        return Task.CompletedTask;
    }

    internal static PoshAcmeException Refused(string message) => new("ExchangeCommandFailed", ErrorKind.InvalidOperation, message);

    private FakeServer Call(string command, string server, string more = "")
    {
        Log($"{command} {server}{more}");
        return _servers.TryGetValue(server, out var one) ? one : throw Refused($"The server '{server}' couldn't be found.");
    }

    private void Log(string call)
    {
        Calls.Add(call);
        Before?.Invoke(call);
    }
}

/// <summary>One server.</summary>
internal sealed class FakeServer
{
    public List<ExchangeCertificate> Certificates { get; set; } = [];

    public string Default { get; set; } = string.Empty;

    public bool IsDefaultHidden { get; set; }

    /// <summary>What certificates have as status after their import.</summary>
    public string NewStatus { get; set; } = "Valid";

    /// <summary>Services that are not shown after they were enabled, as POP with a wildcard.</summary>
    public string[] Ignored { get; set; } = [];

    public ExchangeCertificate Find(string thumbprint) => Certificates.Single(c => c.Is(thumbprint));
}
