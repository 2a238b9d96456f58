using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Tests.Certificates;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment;

/// <summary>A store of the user stands for those of the machine, which only Windows has.</summary>
public sealed class MachineStoreTests : IDisposable
{
    private readonly string storeName = "PoshAcmeTest" + Guid.NewGuid().ToString("N");
    private readonly string pfxPath = Path.GetTempFileName();
    private readonly TestCa root = TestCa.Root("Store Test Root");
    private readonly TestCa leaf;
    private readonly MachineStore store = new(new RecordingReporter(), StoreLocation.CurrentUser);

    public MachineStoreTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        leaf = root.Leaf(key, "CN=store.test", "store.test", "www.store.test");
        using var privateKey = PrivateKey.FromPem(leaf.KeyPem);
        File.WriteAllBytes(pfxPath, PfxWriter.Create(CertificateInfo.FromDer(leaf.Der), [], privateKey, new PfxOptions { Password = "pw" }));
    }

    private string Thumbprint => leaf.Certificate.Thumbprint;

    public void Dispose()
    {
        leaf.Dispose();
        root.Dispose();
        File.Delete(pfxPath);
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet/corefx/cryptography/x509stores", storeName.ToLowerInvariant());
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_certificate_that_was_installed_is_found_with_its_names_until_it_is_removed()
    {
        store.Install(new CertificateInstallation { PfxPath = pfxPath, Password = "pw", Location = StoreLocation.CurrentUser, StoreName = storeName });

        var found = store.Find(storeName, Thumbprint)!;
        Assert.Equal((Thumbprint, true, false), (found.Thumbprint, found.HasPrivateKey, found.IsSelfSigned));
        Assert.Equal(["store.test", "www.store.test"], found.Names);
        Assert.Null(store.Find(storeName, new string('0', 40)));

        store.Remove(storeName, Thumbprint);
        Assert.Null(store.Find(storeName, Thumbprint));
    }

    [Fact]
    public void Only_Windows_has_stores_of_the_machine()
        => Assert.Equal(OperatingSystem.IsWindows(), new MachineStore(new RecordingReporter()).IsReadable);
}
