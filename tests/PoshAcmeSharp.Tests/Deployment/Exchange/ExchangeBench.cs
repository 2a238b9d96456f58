using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Deployment.Exchange;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Certificates;
using PoshAcmeSharp.Tests.Profile;
using PoshAcmeSharp.Tests.Support;

namespace PoshAcmeSharp.Tests.Deployment.Exchange;

/// <summary>Two servers, an order in a profile, and its certificate.</summary>
internal sealed class ExchangeBench : IDisposable
{
    public const string Password = "pw";

    // RSA keys take their time, so all tests share these.
    private static readonly Lazy<TestCa> Root = new(() => TestCa.Root("Bench Root", isRsa: true));
    private static readonly Lazy<ExchangePfx> First = new(() => NewPfx());
    private static readonly Lazy<ExchangePfx> Second = new(() => NewPfx());

    private readonly TestProfile _profile = new();
    private readonly StoredOrder _order;

    public ExchangeBench()
    {
        (_, _, _order) = _profile.Populate();
        Exchange.Add("EX1");
        Exchange.Add("EX2");
        Pfx = First.Value;
    }

    /// <summary>The certificates of the test CA are valid from January 2026 on, for 90 days.</summary>
    public StillClock Clock { get; } = new() { UtcNow = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero) };

    public RecordingReporter Reporter => _profile.Reporter;

    public FakeExchange Exchange { get; } = new();

    public FakeProbe Probe { get; } = new();

    /// <summary>The certificate of the order.</summary>
    public ExchangePfx Pfx { get; set; }

    /// <summary>The one that follows it.</summary>
    public static ExchangePfx NextPfx => Second.Value;

    public string Thumbprint => Pfx.Certificate.Thumbprint;

    /// <summary>What was asked, as <c>target: action</c>.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The answer.</summary>
    public Func<string, bool> Answer { get; set; } = _ => true;

    public bool IsWhatIf { get; set; }

    public bool HasOrder { get; set; } = true;

    public ExchangeWish Wish => new() { Thumbprint = Thumbprint, Servers = ["EX1", "EX2"], Services = ["IIS", "SMTP"] };

    /// <summary>Makes it impossible to write what is remembered.</summary>
    public void BlockRecords() => Directory.CreateDirectory(Path.Combine(_order.Folder, "deployments.json"));

    public StoredDeployment? Record(string server) => _profile.Store.ReadDeployments(_order).FirstOrDefault(d => d.Kind == "Exchange" && d.Target == server);

    public async Task<IReadOnlyList<ServerDeployment>> RunAsync(ExchangeWish? wish = null, bool hasFile = true)
    {
        var deployment = new ExchangeDeployment(
            Exchange,
            new DeploymentRecords(_profile.Store, HasOrder ? _order : null, keeps: !IsWhatIf),
            Probe,
            (target, action) =>
            {
                Asked.Add($"{target}: {action}");
                return Task.FromResult(!IsWhatIf && Answer(action));
            },
            IsWhatIf,
            Reporter,
            Clock);
        return await deployment.RunAsync(wish ?? Wish, hasFile ? () => Task.FromResult(Pfx) : null, CancellationToken.None);
    }

    public static ExchangePfx NewPfx(string subject = "CN=mail.example.test", bool hasChain = true, bool isEc = false)
    {
        using AsymmetricAlgorithm key = isEc ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        using var leaf = Root.Value.Leaf(key, subject, "mail.example.test");
        var all = new X509Certificate2Collection(leaf.Certificate);
        if (hasChain)
        {
            all.Add(X509CertificateLoader.LoadCertificate(Root.Value.Der));
        }

        return ExchangePfx.Open(all.Export(X509ContentType.Pfx, Password)!, Password, "test.pfx");
    }

    public void Dispose() => _profile.Dispose();
}

/// <summary>Tells of every port the same.</summary>
internal sealed class FakeProbe : ITlsProbe
{
    public string? Thumbprint { get; set; }

    public List<string> Calls { get; } = [];

    public Task<string> GetThumbprintAsync(string server, int port, string name, bool isSmtp, CancellationToken cancellationToken)
    {
        Calls.Add($"{server}:{port} {name}{(isSmtp ? " STARTTLS" : string.Empty)}");
        return Thumbprint is null ? throw new PoshAcmeException("ProbeFailed", ErrorKind.Connection, "No answer.") : Task.FromResult(Thumbprint);
    }
}

/// <summary>A clock that stands.</summary>
internal sealed class StillClock : IClock
{
    public DateTimeOffset UtcNow { get; set; }

    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) => Task.CompletedTask;
}
