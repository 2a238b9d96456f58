using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>A profile with an account at a server that takes the test's name for validated.</summary>
public abstract class OrderTestBase : IAsyncLifetime
{
    protected const string Name = "www.example.test";

    private readonly string root = Path.Combine(Path.GetTempPath(), "profile-" + Guid.NewGuid().ToString("N"));

    private protected RecordingReporter Reporter { get; } = new();

    private protected ScriptedAcmeServer Server { get; private set; } = null!;

    private protected ProfileSession Session { get; private set; } = null!;

    private protected StoredServer Known { get; private set; } = null!;

    private protected StoredAccount Account { get; private set; } = null!;

    private protected OrderService Orders => new(Session);

    private protected CertificateService Certificates => new(Session);

    public async Task InitializeAsync()
    {
        Server = await ScriptedAcmeServer.StartAsync();
        Server.Options.ValidNames.Add(Name);
        Session = new(new ProfileStore(root, null, SystemClock.Instance, Reporter), Reporter, SystemClock.Instance);
        Known = await new ServerService(Session).SetAsync(new ServerSettings { DirectoryUrl = Server.DirectoryUrl });
        Account = await new AccountService(Session).CreateAsync(Known, new NewAccountRequest { AcceptTermsOfService = true, KeyLength = KeyLength.Ec256 });
    }

    public async Task DisposeAsync()
    {
        Session.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    private protected Task<StoredOrder> OrderAsync(NewOrderRequest? request = null)
    {
        request ??= new();
        request.Overwrite = true;
        if (request.Csr is null)
        {
            request.Domain = [Name];
            request.KeyLength = KeyLength.Ec256;
        }

        return Orders.CreateAsync(Known, Account, request);
    }

    private protected async Task<StoredOrder> IssueAsync(NewOrderRequest? request = null)
    {
        var order = await OrderAsync(request);
        await CompleteAsync(order);
        return order;
    }

    private protected async Task CompleteAsync(StoredOrder order)
    {
        await Certificates.FinalizeAsync(Known, Account, order);
        await Certificates.CompleteAsync(Known, Account, order);
    }

    private protected Task EditAsync(StoredOrder order, OrderChanges changes) => Orders.EditAsync(Known, Account, order, changes);

    private protected static string PathOf(StoredOrder order, string file) => Path.Combine(order.Folder, file);

    private protected static string Text(StoredOrder order, string file) => File.ReadAllText(PathOf(order, file));

    private protected static bool Exists(StoredOrder order, string file) => File.Exists(PathOf(order, file));

    private protected static byte[] PublicKeyOf(StoredOrder order) => CertificateInfo.FromPem(Text(order, OrderFileNames.Certificate)).SubjectPublicKeyInfo;
}
