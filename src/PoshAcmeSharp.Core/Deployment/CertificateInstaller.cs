using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Deployment;

/// <summary>
/// Puts certificates with their keys into the certificate store of the system, and the intermediates of their chains into
/// the store <c>CA</c>. Nothing is ever made a trusted root.
/// </summary>
public sealed class CertificateInstaller
{
    private const string IntermediateStore = "CA";

    /// <summary>ERROR_INVALID_PASSWORD as an HRESULT; .NET gives it on all systems.</summary>
    internal const int InvalidPassword = unchecked((int)0x80070056);

    private readonly IReporter _reporter;

    /// <summary>Makes an installer.</summary>
    /// <param name="reporter">Where steps are told.</param>
    public CertificateInstaller(IReporter reporter) => _reporter = reporter;

    /// <summary>Installs a certificate. One that is there with its key already keeps that key; its friendly name is changed where another is given.</summary>
    /// <param name="installation">What and where.</param>
    /// <returns>The certificate in its store.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>LocalMachineStoreNotSupported</c>: only Windows has one; <c>NoPfxFile</c>, <c>FileNotReadable</c>,
    /// <c>WrongPfxPassword</c>, <c>InvalidPfx</c>, <c>InvalidCertificate</c>; <c>StoreNotWritable</c>.
    /// </exception>
    public InstalledCertificate Install(CertificateInstallation installation)
    {
        if (installation.Location == StoreLocation.LocalMachine && SystemKinds.Current != SystemKind.Windows)
        {
            throw new PoshAcmeException(
                "LocalMachineStoreNotSupported",
                ErrorKind.InvalidOperation,
                "Only Windows has a certificate store of the machine for certificates with keys.",
                "Use -StoreLocation CurrentUser, which is there for .NET programs of this user, or the files of the certificate.");
        }

        // All is read before anything is changed.
        var pfx = ReadFile(installation.PfxPath ?? throw NoPfx());
        var intermediates = installation.ChainPath is null ? [] : ReadIntermediates(installation.ChainPath);
        using var certificate = Open(pfx, installation);
        var status = AddCertificate(certificate, installation);
        if (intermediates.Count > 0)
        {
            AddIntermediates(intermediates, installation.Location);
        }

        return new(certificate.Thumbprint, installation.Location, installation.StoreName, status);
    }

    private static PoshAcmeException NoPfx() => new(
        "NoPfxFile",
        ErrorKind.NotFound,
        "The certificate has no PFX file to install it from.",
        "An order with -NoPfx writes none (Set-PAOrder -NoPfx:$false does), and of a request made elsewhere the key is elsewhere.");

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (FileNotFoundException e) when (string.Equals(Path.GetExtension(path), ".pfx", StringComparison.OrdinalIgnoreCase))
        {
            throw new PoshAcmeException("NoPfxFile", ErrorKind.NotFound, $"There is no file '{path}' to install the certificate from.", NoPfx().RecommendedAction, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new PoshAcmeException(
                "FileNotReadable", ErrorKind.ReadError, $"The file '{path}' cannot be read: {e.Message}", "Check the path and the rights to the file.", e);
        }
    }

    private static List<CertificateInfo> ReadIntermediates(string path)
        => [.. CertificateInfo.ReadAll(Encoding.ASCII.GetString(ReadFile(path))).Where(certificate => !certificate.IsSelfSigned)];

    private static X509Certificate2 Open(byte[] pfx, CertificateInstallation installation)
    {
        var flags = X509KeyStorageFlags.PersistKeySet
            | (installation.Location == StoreLocation.LocalMachine ? X509KeyStorageFlags.MachineKeySet : X509KeyStorageFlags.UserKeySet)
            | (installation.Exportable ? X509KeyStorageFlags.Exportable : X509KeyStorageFlags.DefaultKeySet);
        try
        {
            return new X509Certificate2(pfx, installation.Password, flags);
        }
        catch (CryptographicException e)
        {
            throw e.HResult == InvalidPassword
                ? new PoshAcmeException(
                    "WrongPfxPassword",
                    ErrorKind.InvalidArgument,
                    $"The password does not open the file '{installation.PfxPath}'.",
                    "Get the certificate anew with Get-PACertificate: its PfxPass is the password.",
                    e)
                : new PoshAcmeException(
                    "InvalidPfx",
                    ErrorKind.InvalidData,
                    $"The file '{installation.PfxPath}' cannot be used: {e.Message}",
                    "Have the PFX files written anew with Set-PAOrder -PfxPassSecure. Windows Server 2016 and older cannot read those of UseModernPfxEncryption.",
                    e);
        }
    }

    private DeploymentStatus AddCertificate(X509Certificate2 certificate, CertificateInstallation installation)
    {
        var status = DeploymentStatus.AlreadyDone;
        InStore(installation.StoreName, installation.Location, store =>
        {
            var where = $"{installation.Location}\\{installation.StoreName}";
            if (Find(store, certificate.Thumbprint) is { } there)
            {
                using (there)
                {
                    if (there.HasPrivateKey)
                    {
                        _reporter.Verbose($"The certificate {certificate.Thumbprint} is in {where} already.");
                        SetFriendlyName(there, installation.FriendlyName);
                        return;
                    }
                }
            }

            _reporter.Verbose($"Importing {certificate.Subject} certificate to {where}.");
            SetFriendlyName(certificate, installation.FriendlyName);
            store.Add(certificate);
            status = DeploymentStatus.Done;
        });
        return status;
    }

    /// <summary>Windows keeps the name with the certificate in the store; the other systems have no place for it.</summary>
    private void SetFriendlyName(X509Certificate2 certificate, string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return;
        }

        if (SystemKinds.Current == SystemKind.Windows)
        {
            certificate.FriendlyName = name;
            return;
        }

        _reporter.Verbose($"Only the certificate store of Windows keeps friendly names; '{name}' is left out. Set-PAOrder -FriendlyName writes it into the PFX file.");
    }

    private void AddIntermediates(List<CertificateInfo> intermediates, StoreLocation location)
        => InStore(IntermediateStore, location, store =>
        {
            foreach (var intermediate in intermediates)
            {
                using var there = Find(store, intermediate.Thumbprint);
                if (there is null)
                {
                    _reporter.Verbose($"Adding chain certificate {intermediate.Subject} to {location}\\{IntermediateStore}.");
                    using var added = new X509Certificate2(intermediate.ToDer());
                    store.Add(added);
                }
            }
        });

    /// <summary>Whether an exception is what a certificate store throws when it cannot be used.</summary>
    internal static bool IsStoreFailure(Exception e)
        => e is CryptographicException or SecurityException or UnauthorizedAccessException or ArgumentException or IOException or PlatformNotSupportedException;

    /// <summary>Looks for a certificate in an open store.</summary>
    /// <returns>The certificate, which is the caller's to dispose; null when it is not there.</returns>
    internal static X509Certificate2? Find(X509Store store, string thumbprint)
    {
        var found = store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false);
        return found.Count > 0 ? found[0] : null;
    }

    private static void InStore(string name, StoreLocation location, Action<X509Store> action)
    {
        try
        {
            using var store = new X509Store(name, location);
            store.Open(OpenFlags.ReadWrite);
            action(store);
        }
        catch (Exception e) when (IsStoreFailure(e))
        {
            throw new PoshAcmeException(
                "StoreNotWritable",
                ErrorKind.PermissionDenied,
                $"The certificate store {location}\\{name} cannot be written: {e.Message.Trim()}",
                location == StoreLocation.LocalMachine
                    ? "Run as administrator, or use -StoreLocation CurrentUser."
                    : "Check the name of the store and the rights to it.",
                e);
        }
    }
}
