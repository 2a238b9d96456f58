using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Deployment;

/// <summary>The certificate stores of this machine, or of its user where a server runs as that.</summary>
public sealed class MachineStore : IMachineStore
{
    /// <summary>ERROR_FILE_NOT_FOUND as an HRESULT: Windows has no such store.</summary>
    private const int FileNotFound = unchecked((int)0x80070002);

    private readonly CertificateInstaller _installer;
    private readonly StoreLocation _location;

    /// <summary>Makes a view of the stores.</summary>
    /// <param name="reporter">Where steps are told.</param>
    /// <param name="location">The stores of the machine or of the user.</param>
    public MachineStore(IReporter reporter, StoreLocation location = StoreLocation.LocalMachine)
    {
        _installer = new CertificateInstaller(reporter);
        _location = location;
    }

    /// <inheritdoc/>
    public bool IsReadable => _location == StoreLocation.CurrentUser || SystemKinds.Current == SystemKind.Windows;

    /// <inheritdoc/>
    public MachineCertificate? Find(string storeName, string thumbprint)
    {
        try
        {
            using var store = new X509Store(storeName, _location);
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            using var found = CertificateInstaller.Find(store, thumbprint);
            if (found is null)
            {
                return null;
            }

            var certificate = CertificateInfo.FromDer(found.RawData);
            return new(found.Thumbprint, certificate.AllSans, found.HasPrivateKey, certificate.IsSelfSigned, certificate.NotAfter);
        }
        catch (CryptographicException e) when (e.HResult == FileNotFound)
        {
            return null;
        }
        catch (Exception e) when (CertificateInstaller.IsStoreFailure(e))
        {
            throw new PoshAcmeException(
                "StoreNotReadable",
                ErrorKind.PermissionDenied,
                $"The certificate store {_location}\\{storeName} cannot be read: {e.Message.Trim()}",
                "Check the name of the store and the rights to it.",
                e);
        }
    }

    /// <inheritdoc/>
    public void Install(CertificateInstallation installation) => _installer.Install(installation);

    /// <inheritdoc/>
    public void Remove(string storeName, string thumbprint)
    {
        try
        {
            using var store = new X509Store(storeName, _location);
            store.Open(OpenFlags.ReadWrite | OpenFlags.OpenExistingOnly);
            using var found = CertificateInstaller.Find(store, thumbprint);
            if (found is not null)
            {
                store.Remove(found);
            }
        }
        catch (Exception e) when (CertificateInstaller.IsStoreFailure(e))
        {
            throw new PoshAcmeException(
                "StoreNotWritable",
                ErrorKind.PermissionDenied,
                $"The certificate {thumbprint} cannot be removed from {_location}\\{storeName}: {e.Message.Trim()}",
                "Run as administrator.",
                e);
        }
    }
}
