using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Faults;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>A scripted server and a profile with an account, whose orders are validated by a plugin that publishes nowhere.</summary>
public abstract class RenewalTestBase : IAsyncLifetime
{
    private readonly string root = Path.Combine(Path.GetTempPath(), "profile-" + Guid.NewGuid().ToString("N"));
    private readonly List<ProfileSession> sessions = [];

    private protected ScriptedAcmeServer Ca { get; private set; } = null!;

    private protected ShiftedClock Clock { get; } = new();

    private protected RecordingReporter Reporter { get; } = new();

    private protected TestPlugin Plugin { get; } = new();

    private protected ProfileSession Session { get; private set; } = null!;

    private protected StoredServer Server { get; private set; } = null!;

    private protected StoredAccount Account { get; private set; } = null!;

    private protected List<RenewalResult> Results { get; } = [];

    public async Task InitializeAsync()
    {
        Ca = await ScriptedAcmeServer.StartAsync();
        Session = NewSession();
        await new ServerService(Session).SetAsync(new ServerSettings { DirectoryUrl = Ca.DirectoryUrl });
        Server = Session.RequireServer();
        await new AccountService(Session).CreateAsync(Server, new NewAccountRequest { AcceptTermsOfService = true, KeyLength = KeyLength.Ec256 });
        Account = Session.RequireAccount(Server);
    }

    public async Task DisposeAsync()
    {
        sessions.ForEach(s => s.Dispose());
        await Ca.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    /// <summary>A session of its own, as another process has it.</summary>
    private protected ProfileSession NewSession(IFileSystem? fileSystem = null)
    {
        var session = new ProfileSession(new ProfileStore(root, fileSystem, Clock, Reporter), Reporter, Clock)
        {
            Plugins = new PluginCatalog([new OptionsPlugin<NoOptions>("Test", ChallengeType.Dns01, (_, _) => Plugin)]),
        };
        sessions.Add(session);
        return session;
    }

    private protected async Task<OrderCertificate> IssueAsync(string name = "www.example.test", Csr? csr = null)
        => (await new OrderIssuer(Session).IssueAsync(Server, Account, new NewOrderRequest
        {
            Domain = csr is null ? [name] : [],
            Csr = csr,
            KeyLength = KeyLength.Ec256,
            Plugin = ["Test"],
            DnsSleep = 0,
        }))!;

    private protected StoredOrder Order(string name = "www.example.test") => Session.Store.FindOrder(Account, name)!;

    private protected StoredRenewal Remembered(string name = "www.example.test") => Session.Store.ReadRenewal(Order(name));

    private protected Task<IReadOnlyList<PlannedRenewal>> PlanAsync(RenewalOptions? options = null, bool asks = true, bool keeps = true, ProfileSession? session = null)
    {
        session ??= Session;
        var service = new RenewalService(session);
        return service.PlanAsync(service.Read(Server, Account, session.Store.ListOrders(Account)), options ?? new RenewalOptions(), asks, keeps);
    }

    /// <summary>What a command does: plan, then renew what is due.</summary>
    private protected async Task RunAsync(RenewalOptions? options = null, ProfileSession? session = null, CancellationToken cancellationToken = default)
    {
        options ??= new RenewalOptions();
        foreach (var planned in await PlanAsync(options, session: session))
        {
            if (planned.Decision.State == RenewalState.Due)
            {
                await new RenewalService(session ?? Session).RunAsync([planned.Candidate], options, Report, cancellationToken);
            }
            else
            {
                Report(RenewalResult.Of(planned));
            }
        }
    }

    private protected async Task RunTogetherAsync(RenewalOptions? options = null)
    {
        options ??= new RenewalOptions();
        var due = (await PlanAsync(options)).Where(p => p.Decision.State == RenewalState.Due).Select(p => p.Candidate).ToList();
        await new RenewalService(Session).RunAsync(due, options, Report);
    }

    private protected void Report(RenewalResult result)
    {
        lock (Results)
        {
            Results.Add(result);
        }
    }

    private protected RenewalResult ResultOf(string name) => Results.Single(r => r.Candidate.Order.Name == name);

    private protected string[] Files() => [.. Directory.GetFiles(root, "*", SearchOption.AllDirectories).Order().Select(f => f + Convert.ToHexString(File.ReadAllBytes(f)))];

    private sealed class NoOptions;
}
