namespace PoshAcmeSharp.Profile;

/// <content>Servers.</content>
public sealed partial class ProfileStore
{
    private const string AServer = "a server";

    private string CurrentServerPath => Path.Combine(Root, CurrentServerFile);

    /// <summary>All servers, sorted by name. Damaged ones are warnings.</summary>
    /// <param name="damaged">Gets the errors of those too; null when nobody wants them.</param>
    public IReadOnlyList<StoredServer> ListServers(ICollection<PoshAcmeException>? damaged = null)
        => LoadAll(Root, StoredServer.FileName, folder => new StoredServer(folder), damaged);

    /// <summary>Finds a server.</summary>
    /// <param name="nameOrUrl">The name of its folder in any case, a well-known name, or its directory URL.</param>
    /// <returns>The server; null when the profile has none such.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>: it is there and its file is damaged.</exception>
    public StoredServer? FindServer(string nameOrUrl)
    {
        var damaged = new List<PoshAcmeException>();
        var servers = LoadAll(Root, StoredServer.FileName, folder => new StoredServer(folder), damaged);
        var url = WellKnownServers.ToDirectoryUrl(nameOrUrl);
        var found = servers.FirstOrDefault(s => string.Equals(s.Name, nameOrUrl, StringComparison.OrdinalIgnoreCase))
            ?? servers.FirstOrDefault(s => string.Equals(s.Location, url, StringComparison.Ordinal));
        if (found is null && damaged.Count > 0)
        {
            // Throws when it is one of the damaged.
            foreach (var name in new[] { nameOrUrl, WellKnownServers.DefaultName(url) }.Where(IsFolderName))
            {
                Load(Path.Combine(Root, name), StoredServer.FileName, folder => new StoredServer(folder));
            }
        }

        return found;
    }

    /// <summary>The server that commands use.</summary>
    /// <returns>The server; null when none was chosen or the chosen one is no longer there.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>: one was chosen, and a damaged file may be its.</exception>
    public StoredServer? GetCurrentServer()
    {
        if (ReadCurrentServerUrl() is not { } url)
        {
            return null;
        }

        var damaged = new List<PoshAcmeException>();
        return LoadAll(Root, StoredServer.FileName, folder => new StoredServer(folder), damaged)
                .FirstOrDefault(s => string.Equals(s.Location, url, StringComparison.Ordinal))
            ?? (damaged.Count > 0 ? throw damaged[0] : null);
    }

    /// <summary>The directory URL of the server that was chosen, whether or not it is there; null when none was.</summary>
    internal string? ReadCurrentServerUrl() => _files.ReadLine(CurrentServerPath);

    /// <summary>Whether there is, or was meant to be, any server: also one that is damaged or no longer there.</summary>
    /// <returns>False for a profile that nobody has used yet.</returns>
    public bool HasServers() => _files.Folders(Root).Count > 0 || _files.ReadLine(CurrentServerPath) is not null;

    /// <summary>Chooses the server that commands use.</summary>
    /// <param name="server">The server; null for none.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void SetCurrentServer(StoredServer? server) => SetCurrent(CurrentServerPath, server?.Location);

    /// <summary>Makes a server that is not yet in the profile; <see cref="SaveServer"/> puts it there.</summary>
    /// <param name="directoryUrl">Its directory URL.</param>
    /// <param name="name">Its name; null for <see cref="WellKnownServers.DefaultName"/>, numbered when that is taken.</param>
    /// <returns>The server with default settings.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidName</c>, <c>NameInUse</c>.</exception>
    public StoredServer CreateServer(string directoryUrl, string? name)
    {
        if (name is null)
        {
            var wanted = WellKnownServers.DefaultName(directoryUrl);
            name = wanted;
            for (var number = 2; IsServer(name); number++)
            {
                name = FormattableString.Invariant($"{wanted}_{number}");
            }
        }

        ProfileName.Check(name);
        if (IsServer(name))
        {
            throw NameInUse(AServer, name);
        }

        var server = new StoredServer(Path.Combine(Root, name));
        server.Fill();
        server.Location = directoryUrl;
        return server;
    }

    /// <summary>Writes the server's file.</summary>
    /// <param name="server">The server.</param>
    /// <exception cref="PoshAcmeException"><c>NameInUse</c>: it is new, and another came first. <c>ProfileWriteFailed</c>.</exception>
    public void SaveServer(StoredServer server) => Save(server, StoredServer.FileName, AServer);

    /// <summary>Reads a server anew into the object that was given: what was not saved is lost.</summary>
    /// <param name="server">The server.</param>
    /// <exception cref="PoshAcmeException"><c>ServerNotFound</c>: it was removed or renamed meanwhile. <c>CorruptProfileFile</c>.</exception>
    public void ReloadServer(StoredServer server) => Reload(server, Path.Combine(server.Folder, StoredServer.FileName), "ServerNotFound");

    /// <summary>Gives a server another name. What is current stays current.</summary>
    /// <param name="server">The server.</param>
    /// <param name="newName">The name.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidName</c>, <c>NameInUse</c>, <c>ProfileWriteFailed</c>.</exception>
    public void RenameServer(StoredServer server, string newName) => Rename(server, newName, AServer);

    /// <summary>Removes a server with its accounts and orders. When it was current, none is.</summary>
    /// <param name="server">The server.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void RemoveServer(StoredServer server)
    {
        if (string.Equals(_files.ReadLine(CurrentServerPath), server.Location, StringComparison.Ordinal))
        {
            SetCurrentServer(null);
        }

        Remove(server, StoredServer.FileName);
    }

    private bool IsServer(string name) => _files.System.FileExists(Path.Combine(Root, name, StoredServer.FileName));
}
