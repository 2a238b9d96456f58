using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.AcmeDns;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Profile;
using PoshAcmeSharp.Tests.Support;

namespace PoshAcmeSharp.Tests.Plugins.AcmeDns;

/// <summary>An acme-dns server, a profile with an account, and a DNS that knows the CNAMEs that a test makes.</summary>
internal sealed class AcmeDnsScene : IDnsResolver, IDisposable
{
    private readonly TestProfile _profile = new();
    private readonly List<AcmeDnsPlugin> _plugins = [];

    public AcmeDnsScene()
    {
        Account = _profile.Populate().Account;
        Context = new PluginContext(Reporter, Clock);
    }

    public AcmeDnsStub Server { get; } = new();

    public StoredAccount Account { get; }

    public ProfileStore Store => _profile.Store;

    public FakeClock Clock { get; } = new();

    public RecordingReporter Reporter { get; } = new();

    public PluginContext Context { get; }

    public Dictionary<string, string> Aliases { get; } = [];

    public List<string> WaitedFor { get; } = [];

    /// <summary>What happens while the user is waited for.</summary>
    public Action? OnWait { get; set; }

    public bool IsDnsSilent { get; set; }

    public string PluginVarsPath => Path.Combine(Account.Folder, "pluginvars.json");

    /// <summary>A value as a challenge has it: 43 characters.</summary>
    public static string Value(string beginning) => beginning.PadRight(43, '0');

    public AcmeDnsPlugin Plugin(AcmeDnsOptions? options = null, bool attended = false, bool hasAccount = true, PluginMemory? memory = null)
    {
        options ??= new AcmeDnsOptions();
        if (options.ACMEUri is null)
        {
            options.ACMEServer ??= "auth.example.org";
        }

        var environment = new PluginEnvironment(Reporter, Clock)
        {
            Resolver = this,
            Memory = memory,
            Store = hasAccount ? Store : null,
            Account = hasAccount ? Account : null,
            WaitForUserAsync = attended ? WaitAsync : null,
        };
        var plugin = new AcmeDnsPlugin(options, environment, Server);
        _plugins.Add(plugin);
        return plugin;
    }

    public Task PublishAsync(AcmeDnsPlugin plugin, string name, params string[] values)
        => plugin.PublishAsync(new TxtRecordSet(name, [.. values.Select(Value)]), Context, CancellationToken.None);

    public Task SaveAsync(AcmeDnsPlugin plugin) => plugin.SaveAsync(Context, CancellationToken.None);

    public Task<DnsResponse> QueryAsync(DnsQuestion question, NameServerEndpoint? server, CancellationToken cancellationToken)
        => IsDnsSilent
            ? throw new PoshAcmeException("DnsTimeout", ErrorKind.Timeout, "The name server did not answer.")
            : Task.FromResult(new DnsResponse(
                DnsResponseCode.NoError,
                IsAuthoritative: false,
                Aliases.TryGetValue(question.Name, out var target) ? [new DnsRecord(question.Name, DnsRecordType.CName, 60, target)] : [],
                [],
                []));

    public void Dispose()
    {
        _plugins.ForEach(plugin => plugin.Dispose());
        Server.Dispose();
        _profile.Dispose();
    }

    private Task WaitAsync(string text, CancellationToken cancellationToken)
    {
        WaitedFor.Add(text);
        OnWait?.Invoke();
        return Task.CompletedTask;
    }
}
