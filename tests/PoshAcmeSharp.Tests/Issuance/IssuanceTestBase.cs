using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>A server that really looks records up, a profile with an account at it, and the plugins One and Two.</summary>
public abstract class IssuanceTestBase : IAsyncLifetime
{
    private protected const string Name = "www.example.test";

    private readonly string _root = Path.Combine(Path.GetTempPath(), "issue-" + Guid.NewGuid().ToString("N"));
    private readonly List<ProfileSession> _sessions = [];
    private int _requestsBefore;

    private protected ScriptedAcmeServer Acme { get; private set; } = null!;

    private protected RecordingReporter Reporter { get; } = new();

    private protected ScenePlugin One { get; } = new("One");

    private protected ScenePlugin Two { get; } = new("Two");

    private protected ProfileSession Session { get; private set; } = null!;

    private protected StoredServer Server => Session.RequireServer();

    private protected StoredAccount Account => Session.RequireAccount(Server);

    /// <summary>The requests since the account was made.</summary>
    private protected IEnumerable<AcmeRequest> Requests => Acme.History.All.Skip(_requestsBefore);

    public async Task InitializeAsync()
    {
        Acme = await ScriptedAcmeServer.StartAsync();
        Acme.Options.LookUpTxt = name => [.. One.Dns.LookUp(name), .. Two.Dns.LookUp(name)];
        Session = OpenSession();
        await new ServerService(Session).SetAsync(new ServerSettings { DirectoryUrl = Acme.DirectoryUrl });
        await new AccountService(Session).CreateAsync(Server, new NewAccountRequest { AcceptTermsOfService = true, KeyLength = KeyLength.Ec256 });
        _requestsBefore = Acme.History.All.Count;
    }

    public async Task DisposeAsync()
    {
        _sessions.ForEach(s => s.Dispose());
        await Acme.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Another command on the same profile.</summary>
    private protected ProfileSession OpenSession()
    {
        var session = new ProfileSession(new ProfileStore(_root, null, SystemClock.Instance, Reporter), Reporter, SystemClock.Instance)
        {
            Plugins = new PluginCatalog([One, Two, .. NativePlugins.List()]),
        };
        _sessions.Add(session);
        return session;
    }

    private protected static NewOrderRequest Request(params string[] names) => new()
    {
        Domain = names.Length > 0 ? names : [Name],
        KeyLength = KeyLength.Ec256,
        Plugin = ["One"],
        PluginArgs = new Dictionary<string, object?> { ["OneKey"] = "k" },
        DnsSleep = 0,
    };

    private protected Task<OrderCertificate?> IssueAsync(NewOrderRequest request, CancellationToken cancellationToken = default)
        => new OrderIssuer(Session).IssueAsync(Server, Account, request, cancellationToken);

    private protected StoredOrder Kept(string name = Name) => Session.Store.FindOrder(Account, name)!;

    /// <summary>Everything that was published is gone again, by the plugin that had published it.</summary>
    private protected void AssertCleanedUp()
    {
        foreach (var plugin in new[] { One, Two })
        {
            Assert.Equal(plugin.Dns.Published.Distinct().Order(), plugin.Unpublished.Distinct().Order());
            Assert.All(plugin.Dns.Published, name => Assert.Empty(plugin.Dns.LookUp(name)));
            Assert.Equal(plugin.Made, plugin.Disposed);
        }
    }
}
