using System.Text;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.HttpFile;

/// <summary>The challenge files of one web root.</summary>
internal sealed class ChallengeFolder
{
    private const int WriteTries = 3;

    private readonly string _root;
    private readonly string _folder;
    private readonly bool _placesWebConfig;

    /// <summary>The folders between the root and the file, the outer first.</summary>
    private readonly string[] _between;

    /// <summary>Those of them that were there before the first file.</summary>
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private bool _hasLooked;

    public ChallengeFolder(string root, bool isExact, bool placesWebConfig)
    {
        _root = root;
        _placesWebConfig = placesWebConfig;
        _between = isExact ? [] : [Path.Combine(root, ".well-known"), Path.Combine(root, ".well-known", "acme-challenge")];
        _folder = isExact ? root : _between[1];
    }

    public string PathOf(string token) => Path.Combine(_folder, token);

    /// <returns>False when the file was there already with the same content.</returns>
    public async Task<bool> WriteAsync(HttpChallengeResponse response, CancellationToken cancellationToken)
    {
        var path = PathOf(response.Token);
        var content = Encoding.ASCII.GetBytes(response.KeyAuthorization);
        if (!Directory.Exists(_root))
        {
            throw new PoshAcmeException(
                "WebRootNotFound",
                ErrorKind.NotFound,
                $"The folder '{_root}' does not exist.",
                "Give the folder that the web server serves; it is not created.");
        }

        try
        {
            if (TryRead(path) is { } present && present.SequenceEqual(content))
            {
                return false;
            }

            for (var tries = 1; ; tries++)
            {
                try
                {
                    CreateFolders();
                    await ReplaceAsync(path, content, cancellationToken).ConfigureAwait(false);
                    PlaceWebConfig();
                    return true;
                }
                catch (DirectoryNotFoundException) when (tries < WriteTries && Directory.Exists(_root))
                {
                    // Another process took its last file away, and the folders with it.
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Undo(path, content);
            throw new PoshAcmeException(
                "ChallengeFileNotWritable",
                e is UnauthorizedAccessException ? ErrorKind.PermissionDenied : ErrorKind.WriteError,
                $"The challenge file '{path}' cannot be written: {e.Message}",
                "Let this user write there, or name another folder.",
                e);
        }
        catch (OperationCanceledException)
        {
            Undo(path, content);
            throw;
        }
    }

    public void Remove(HttpChallengeResponse response, IReporter reporter)
    {
        var path = PathOf(response.Token);
        try
        {
            if (TryRead(path) is { } present)
            {
                // A name by hand may be that of a page. A key authorization of this token is nobody else's.
                if (!Encoding.ASCII.GetString(present).StartsWith(response.Token + ".", StringComparison.Ordinal))
                {
                    reporter.Warning($"The file '{path}' is no challenge file and stays.");
                    return;
                }

                File.Delete(path);
                reporter.Verbose($"The challenge file {path} is removed.");
            }

            RemoveWebConfig();
            RemoveEmptyFolders();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PoshAcmeException(
                "ChallengeFileNotRemoved",
                e is UnauthorizedAccessException ? ErrorKind.PermissionDenied : ErrorKind.WriteError,
                $"The challenge file '{path}' cannot be removed: {e.Message}",
                "Delete the file by hand.",
                e);
        }
    }

    private static async Task ReplaceAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        // The dots keep the name out of what can be asked for as a token.
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, "." + Path.GetFileName(path) + "." + Path.GetRandomFileName() + ".tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(content, 0, content.Length, cancellationToken).ConfigureAwait(false);
            }

            WebPermissions.LetAllReadFile(temporary);
            File.Delete(path);
            File.Move(temporary, path);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    private void Undo(string path, byte[] content)
    {
        try
        {
            if (TryRead(path) is { } present && present.SequenceEqual(content))
            {
                File.Delete(path);
            }

            RemoveWebConfig();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is the one to tell.
        }

        RemoveEmptyFolders();
    }

    private void CreateFolders()
    {
        foreach (var folder in _between)
        {
            if (Directory.Exists(folder))
            {
                if (!_hasLooked)
                {
                    _found.Add(folder);
                }
            }
            else
            {
                Directory.CreateDirectory(folder);
                WebPermissions.LetAllReadFolder(folder);
            }
        }

        _hasLooked = true;
    }

    // IIS answers 404 for a file without an extension unless one is mapped.
    private void PlaceWebConfig()
    {
        var path = Path.Combine(_folder, WebConfig.FileName);
        if (_placesWebConfig && !File.Exists(path))
        {
            File.WriteAllText(path, WebConfig.Content);
            WebPermissions.LetAllReadFile(path);
        }
    }

    private void RemoveWebConfig()
    {
        if (!Directory.Exists(_folder))
        {
            return;
        }

        var entries = Directory.GetFileSystemEntries(_folder);
        var path = Path.Combine(_folder, WebConfig.FileName);
        if (entries.Length == 1
            && string.Equals(Path.GetFileName(entries[0]), WebConfig.FileName, StringComparison.OrdinalIgnoreCase)
            && TryRead(path) is { } present
            && string.Equals(Encoding.UTF8.GetString(present), WebConfig.Content, StringComparison.Ordinal))
        {
            File.Delete(path);
        }
    }

    private void RemoveEmptyFolders()
    {
        foreach (var folder in _between.Reverse().TakeWhile(folder => !_found.Contains(folder)))
        {
            try
            {
                // A link is the administrator's. Deleting without recursion fails for what is not empty.
                if (File.GetAttributes(folder).HasFlag(FileAttributes.ReparsePoint))
                {
                    return;
                }

                Directory.Delete(folder, recursive: false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It does no harm; the failure that brought us here is the one to tell.
        }
    }
}
