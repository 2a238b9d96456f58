using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Tests.Certificates;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment;

/// <summary>In stores of the user; those for leaves have names of their own, and what goes into CA is taken out again.</summary>
public sealed class CertificateInstallerTests : IDisposable
{
    private const string Password = "pw";

    private readonly TestStore store = new();
    private readonly string folder = Directory.CreateTempSubdirectory("install-").FullName;
    private readonly RecordingReporter reporter = new();
    private readonly TestCa root = TestCa.Root("Install Test Root " + Guid.NewGuid().ToString("N"));
    private readonly TestCa intermediate;
    private readonly TestCa leaf;

    public CertificateInstallerTests()
    {
        intermediate = root.Intermediate("Install Test CA " + Guid.NewGuid().ToString("N"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        store.RemoveFromCa(intermediate.Certificate.Thumbprint);
        leaf = intermediate.Leaf(key, "CN=install.test", "install.test");
        using var privateKey = PrivateKey.FromPem(leaf.KeyPem);
        File.WriteAllBytes(PfxPath, PfxWriter.Create(CertificateInfo.FromDer(leaf.Der), [], privateKey, new PfxOptions { Password = Password }));
        File.WriteAllText(ChainPath, intermediate.Pem + root.Pem);
    }

    private string PfxPath => Path.Combine(folder, "fullchain.pfx");

    private string ChainPath => Path.Combine(folder, "chain.cer");

    private CertificateInstallation Wanted => new()
    {
        PfxPath = PfxPath,
        ChainPath = ChainPath,
        Password = Password,
        Location = StoreLocation.CurrentUser,
        StoreName = store.Name,
    };

    public void Dispose()
    {
        store.Dispose();
        leaf.Dispose();
        intermediate.Dispose();
        root.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_certificate_gets_into_the_store_with_its_key_the_intermediate_into_CA_and_no_root_anywhere()
    {
        var result = new CertificateInstaller(reporter).Install(Wanted);

        Assert.Equal(new InstalledCertificate(leaf.Certificate.Thumbprint, StoreLocation.CurrentUser, store.Name, DeploymentStatus.Done), result);
        var installed = Assert.Single(Find(store.Name, leaf));
        Assert.True(installed.HasPrivateKey);
        Assert.Single(Find("CA", intermediate));
        Assert.Empty(Find("CA", root));
        Assert.Empty(Find("Root", root));
    }

    [Fact]
    public void Installing_again_changes_nothing_and_says_so()
    {
        var installer = new CertificateInstaller(reporter);
        installer.Install(Wanted);

        Assert.Equal(DeploymentStatus.AlreadyDone, installer.Install(Wanted).Status);

        Assert.Single(Find(store.Name, leaf));
        Assert.Single(Find("CA", intermediate));
        Assert.Contains(reporter.Lines, line => line.EndsWith("already.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_without_its_key_in_the_store_gets_it()
    {
        using (var opened = new X509Store(store.Name, StoreLocation.CurrentUser))
        {
            opened.Open(OpenFlags.ReadWrite);
            using var bare = X509CertificateLoader.LoadCertificate(leaf.Der);
            opened.Add(bare);
        }

        new CertificateInstaller(reporter).Install(Wanted);

        Assert.True(Assert.Single(Find(store.Name, leaf)).HasPrivateKey);
    }

    [Fact]
    public void A_wrong_password_is_told_from_a_damaged_file()
    {
        var wrong = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted with { Password = "wrong" }));
        File.WriteAllText(PfxPath, "no PFX");
        var damaged = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted));

        Assert.Equal("WrongPfxPassword", wrong.ErrorId);
        Assert.Equal("InvalidPfx", damaged.ErrorId);
        Assert.Contains(PfxPath, damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named_before_anything_is_installed()
    {
        File.Delete(ChainPath);
        var chain = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted));
        File.Delete(PfxPath);
        var pfx = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted));
        var none = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted with { PfxPath = null }));

        Assert.Equal("FileNotReadable", chain.ErrorId);
        Assert.Contains(ChainPath, chain.Message, StringComparison.Ordinal);
        Assert.Equal("NoPfxFile", pfx.ErrorId);
        Assert.Contains(PfxPath, pfx.Message, StringComparison.Ordinal);
        Assert.Equal("NoPfxFile", none.ErrorId);
        Assert.Contains("-NoPfx", none.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(Find(store.Name, leaf));
    }

    [Fact]
    public void A_friendly_name_is_kept_where_the_store_has_a_place_for_it_and_never_in_the_way()
    {
        new CertificateInstaller(reporter).Install(Wanted with { FriendlyName = "Mail server" });

        var installed = Assert.Single(Find(store.Name, leaf));
        Assert.Equal(OperatingSystem.IsWindows() ? "Mail server" : string.Empty, installed.FriendlyName);
        Assert.Equal(!OperatingSystem.IsWindows(), reporter.Lines.Any(line => line.Contains("'Mail server' is left out", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_store_of_the_machine_is_refused_where_there_is_none()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var error = Assert.Throws<PoshAcmeException>(() => new CertificateInstaller(reporter).Install(Wanted with { Location = StoreLocation.LocalMachine }));

        Assert.Equal("LocalMachineStoreNotSupported", error.ErrorId);
        Assert.Contains("-StoreLocation CurrentUser", error.RecommendedAction, StringComparison.Ordinal);
    }

    private static X509Certificate2Collection Find(string store, TestCa certificate) => TestStore.Find(store, certificate.Certificate.Thumbprint);
}
