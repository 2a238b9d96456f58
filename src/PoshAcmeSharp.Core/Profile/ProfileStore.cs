using System.Security.Cryptography;
using System.Text;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// The profile on disk in Posh-ACME's layout: servers, accounts, orders, their secrets and certificates. Each file is
/// written in one step, so that readers need no lock and never see half of it. Who changes something on grounds of what
/// it read holds the lock meanwhile: the order's for what is in the folder of an order, the profile's for all else.
/// An issuance holds a lock of its own from its first step to its last, so that two do not work on one order; the order's
/// lock stays free between the steps. Who needs several takes them in this sequence: issuance, order, profile.
/// </summary>
public sealed partial class ProfileStore
{
    private const string CurrentServerFile = "current-server.txt";
    private const string CurrentAccountFile = "current-account.txt";
    private const string CurrentOrderFile = "current-order.txt";

    /// <summary>Names that begin so cannot be names of servers, accounts or orders.</summary>
    private const string LockPrefix = "~";

    private const string IssuancePrefix = "issuance~";
    private const string LockExtension = ".lock";
    private const int LongestLockName = 200;
    private const string OrderNotFound = "OrderNotFound";

    private readonly IClock _clock;
    private readonly IReporter _reporter;
    private readonly ProfileFiles _files;
    private readonly CertificateReplacement _replacement;
    private readonly IDataProtector? _dataProtector;
    private readonly IDataProtector? _machineProtector;
    private readonly ISecretVault? _vault;

    /// <summary>Opens a profile. Nothing is read or created.</summary>
    /// <param name="root">Its folder, as <see cref="ProfileRoot.Default()"/> gives it.</param>
    /// <param name="fileSystem">The disk; null for the machine's.</param>
    /// <param name="clock">The time and the waiting.</param>
    /// <param name="reporter">Where waits and damaged files are told.</param>
    /// <param name="vault">Where keys of accounts are that are not in the profile; it stays the caller's. Null: nowhere.</param>
    public ProfileStore(string root, IFileSystem? fileSystem, IClock clock, IReporter reporter, ISecretVault? vault = null)
        : this(root, fileSystem, clock, reporter, SystemProtector(isForMachine: false), vault, SystemProtector(isForMachine: true))
    {
    }

    /// <summary>Opens a profile whose secrets without a key of their own are protected by the system, or by nothing.</summary>
    internal ProfileStore(
        string root,
        IFileSystem? fileSystem,
        IClock clock,
        IReporter reporter,
        IDataProtector? dataProtector,
        ISecretVault? vault = null,
        IDataProtector? machineProtector = null,
        ForeignProfile? foreign = null)
    {
        Root = Path.GetFullPath(root);
        _clock = clock;
        _reporter = reporter;
        _foreign = foreign ?? ForeignProfile.OfThisMachine;
        _files = new ProfileFiles(fileSystem ?? PhysicalFileSystem.Instance, Root, _foreign);
        _replacement = new CertificateReplacement(_files);
        _dataProtector = dataProtector;
        _machineProtector = machineProtector;
        _keyFile = new SecretKeyFile(PhysicalFileSystem.Instance, _foreign);
        _vault = vault;
    }

    /// <summary>How long commands wait for a lock when nobody says otherwise: an issuance may hold an order for minutes.</summary>
    public static TimeSpan DefaultLockTimeout { get; } = TimeSpan.FromMinutes(5);

    /// <summary>How long commands wait for another issuance of the same order: it may wait for DNS and for the CA.</summary>
    public static TimeSpan IssuanceLockTimeout { get; } = TimeSpan.FromMinutes(15);

    /// <summary>The full path of the profile's folder.</summary>
    public string Root { get; }

    /// <summary>Waits for the right to change servers, accounts, the list of orders and what is current.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock. Read again what the change rests on; dispose of it soon.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileBusy</c>: the time is up. <c>ProfileWriteFailed</c>.</exception>
    public async Task<ProfileLock> LockAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        _files.CreateFolder(Root);
        var held = await ProfileLock.AcquireAsync(
            _files, Path.Combine(Root, LockPrefix + "profile" + LockExtension), $"the profile '{Root}'", timeout, _clock, _reporter, cancellationToken)
            .ConfigureAwait(false);
        ClearAway();
        return held;
    }

    /// <summary>
    /// Waits for the right to change what is in the folder of an order, finishes a replacement of its certificate that was
    /// interrupted, and reads the order anew into the object that was given: what was not saved is lost.
    /// </summary>
    /// <param name="order">The order; a new one need not be saved yet.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileBusy</c>: the time is up. <c>OrderNotFound</c>: it was removed meanwhile. <c>ProfileWriteFailed</c>. <c>CorruptProfileFile</c>.</exception>
    public async Task<ProfileLock> LockOrderAsync(StoredOrder order, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var held = await LockOrderFolderAsync(order.Folder, timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            RecoverAndReload(order);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Waits for the right to be the only one who issues a certificate for an order, from the first step to the last, and
    /// reads the order anew into the object that was given: what was not saved is lost. Look again whether there still is
    /// something to do.
    /// </summary>
    /// <param name="order">The order; a new one need not be saved yet.</param>
    /// <param name="timeout">How long to wait: another issuance may take minutes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock; <see cref="LockOrderAsync"/> and <see cref="LockAsync"/> may be called while it is held, not the other way round.</returns>
    /// <exception cref="PoshAcmeException">As <see cref="LockOrderAsync"/>.</exception>
    public async Task<ProfileLock> LockIssuanceAsync(StoredOrder order, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var held = await AcquireBesideAsync(
            order.Folder, OrderLockName(IssuancePrefix + order.Name), $"the issuance of order '{order.Name}'", timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            await FinishReplacementAsync(order, timeout, cancellationToken).ConfigureAwait(false);
            Reload(order, Path.Combine(order.Folder, StoredOrder.FileName), OrderNotFound);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the lock of an order, whatever is in its folder.</summary>
    private Task<ProfileLock> LockOrderFolderAsync(string folder, TimeSpan timeout, CancellationToken cancellationToken)
        => AcquireBesideAsync(folder, OrderLockName(Path.GetFileName(folder)), $"the order '{Path.GetFileName(folder)}'", timeout, cancellationToken);

    private Task<ProfileLock> AcquireBesideAsync(string orderFolder, string lockName, string what, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // Beside the folder, not in it: Windows renames no folder in which a file is open.
        var account = Path.GetDirectoryName(orderFolder)!;
        _files.CreateFolder(account);
        return ProfileLock.AcquireAsync(_files, Path.Combine(account, lockName), what, timeout, _clock, _reporter, cancellationToken);
    }

    private void RecoverAndReload(StoredOrder order)
    {
        if (_replacement.Recover(order.Folder))
        {
            _reporter.Verbose($"The interrupted replacement of the certificate of order '{order.Name}' has been finished.");
        }

        Reload(order, Path.Combine(order.Folder, StoredOrder.FileName), OrderNotFound);
    }

    /// <summary>Takes away what dead processes left half written in all folders but those of orders.</summary>
    private void ClearAway()
    {
        try
        {
            var servers = _files.Folders(Root).Select(name => Path.Combine(Root, name)).ToArray();
            var accounts = servers.SelectMany(server => _files.Folders(server).Select(name => Path.Combine(server, name)));
            foreach (var folder in servers.Concat(accounts).Append(Root).ToArray())
            {
                _files.DeleteTemporaries(folder);
            }
        }
        catch (PoshAcmeException e)
        {
            // It is litter; what the caller is about to do does not depend on it.
            _reporter.Verbose(e.Message);
        }
    }

    private static string OrderLockName(string name)
    {
        if (name.Length > LongestLockName)
        {
            // A file's name ends at 255 bytes.
            using var sha = SHA256.Create();
            var hash = sha.ComputeHash(Encoding.UTF8.GetBytes(name)).Take(16).Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
            name = string.Concat(hash);
        }

        return LockPrefix + name + LockExtension;
    }

    private static WindowsDataProtector? SystemProtector(bool isForMachine)
        => SystemKinds.Current == SystemKind.Windows ? new WindowsDataProtector(isForMachine) : null;

    /// <summary>Whether a text can be looked for as the name of a folder; more lenient than what new names must be.</summary>
    private static bool IsFolderName(string name)
        => name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(['/', '\\', ':', '\0']) < 0;

    private static PoshAcmeException NameInUse(string kind, string name) => new(
        "NameInUse",
        ErrorKind.InvalidArgument,
        $"There is already {kind} named '{name}'.",
        "Choose another name.");

    private void Reload(StoredDocument document, string path, string notFoundId)
    {
        if (_files.ReadJson(path) is { } json)
        {
            document.Reload(json);
        }
        else if (document.IsStored)
        {
            throw new PoshAcmeException(
                notFoundId,
                ErrorKind.NotFound,
                $"The file '{path}' is no longer there.",
                "It was removed meanwhile; look at what the profile lists now.");
        }
    }

    /// <summary>Reads a document; null when there is no such file.</summary>
    private T? Load<T>(string folder, string fileName, Func<string, T> create)
        where T : StoredDocument
    {
        if (_files.ReadJson(Path.Combine(folder, fileName)) is not { } json)
        {
            return null;
        }

        var document = create(folder);
        document.Reload(json);
        return document;
    }

    /// <summary>Reads the documents in all folders of a folder; a damaged one is a warning, the others are listed.</summary>
    private List<T> LoadAll<T>(string folder, string fileName, Func<string, T> create, ICollection<PoshAcmeException>? damaged = null)
        where T : StoredDocument
    {
        // An account may have thousands of orders.
        var names = _files.Folders(folder);
        var read = new (T? Document, PoshAcmeException? Error)[names.Count];
        Parallel.For(0, names.Count, i =>
        {
            try
            {
                read[i].Document = Load(Path.Combine(folder, names[i]), fileName, create);
            }
            catch (PoshAcmeException e)
            {
                read[i].Error = e;
            }
        });
        foreach (var error in read.Select(r => r.Error).OfType<PoshAcmeException>())
        {
            _reporter.Warning($"{error.Message} {error.RecommendedAction}");
            damaged?.Add(error);
        }

        return [.. read.Select(r => r.Document).OfType<T>()];
    }

    private void Save(StoredDocument document, string fileName, string kind)
    {
        var path = Path.Combine(document.Folder, fileName);
        if (!document.IsStored && _files.System.FileExists(path))
        {
            throw NameInUse(kind, Path.GetFileName(document.Folder));
        }

        _files.CreateFolder(document.Folder);
        _files.WriteJson(path, document.Json);
        document.IsStored = true;
    }

    private void Rename(StoredDocument document, string newName, string kind)
    {
        ProfileName.Check(newName);
        var folder = Path.Combine(Path.GetDirectoryName(document.Folder)!, newName);
        if (_files.System.DirectoryExists(folder) || _files.System.FileExists(folder))
        {
            throw NameInUse(kind, newName);
        }

        _files.MoveFolder(document.Folder, folder);
        document.Folder = folder;
    }

    /// <summary>The document's file goes first: a folder that a kill left half empty is then nobody's.</summary>
    private void Remove(StoredDocument document, string fileName)
    {
        _files.Delete(Path.Combine(document.Folder, fileName));
        _files.DeleteFolder(document.Folder);
        document.IsStored = false;
    }

    private void SetCurrent(string file, string? value)
    {
        if (value is null)
        {
            _files.Delete(file);
        }
        else
        {
            _files.CreateFolder(Path.GetDirectoryName(file)!);
            _files.WriteText(file, value + "\n");
        }
    }
}
