using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// Replaces the files of a certificate so that none is ever missing and a kill at any moment leaves the old set, or what
/// the next one to hold the order's lock makes the new set of. The new set is staged complete; then a journal says that
/// it counts; then each file is renamed over the live one; then what the new set does not have is removed; then the
/// journal goes.
/// </summary>
internal sealed class CertificateReplacement(ProfileFiles files)
{
    private const string StagingFolder = "staged";
    private const string JournalFile = "replacement.json";

    /// <summary>Whether a replacement was begun and not finished.</summary>
    public bool IsInterrupted(string orderFolder) => files.System.FileExists(Path.Combine(orderFolder, JournalFile));

    public void Replace(string orderFolder, CertificateFileSet set, byte[] orderJson)
    {
        Recover(orderFolder);
        var replacements = set.Files().ToArray();
        var newNames = replacements.Select(file => file.Key).ToArray();
        Stage(orderFolder, replacements, files.Files(orderFolder).Where(name => IsStale(name, newNames, set)), orderJson);
    }

    /// <summary>The same for a part of the files: what is neither replaced nor removed stays.</summary>
    public void Replace(string orderFolder, KeyValuePair<string, byte[]>[] replacements, string[] remove, byte[] orderJson)
    {
        Recover(orderFolder);
        Stage(orderFolder, replacements, remove, orderJson);
    }

    /// <summary>Finishes a replacement that was interrupted, or clears away what never counted.</summary>
    /// <returns>True when there was one to finish.</returns>
    public bool Recover(string orderFolder)
    {
        files.DeleteTemporaries(orderFolder);
        if (files.ReadJson(Path.Combine(orderFolder, JournalFile)) is { } journal)
        {
            Finish(orderFolder, journal);
            return true;
        }

        files.DeleteFolder(Path.Combine(orderFolder, StagingFolder));
        return false;
    }

    private static bool IsStale(string name, string[] newNames, CertificateFileSet set) => name switch
    {
        OrderFileNames.PendingKey => set.Key is not null && !set.KeepsPendingKey,
        OrderFileNames.Key or OrderFileNames.KeyPassword or OrderFileNames.Pfx or OrderFileNames.PfxFullChain => !newNames.Contains(name),
        _ => Matches(name, "^chain[0-9]+\\.cer$") && !newNames.Contains(name),
    };

    private static bool Matches(string name, string pattern)
        => Regex.IsMatch(name, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static IEnumerable<string> Names(JObject journal, string member)
        => (JsonText.GetStrings(journal, member) ?? []).Where(name => name == Path.GetFileName(name));

    private void Stage(string orderFolder, KeyValuePair<string, byte[]>[] replacements, IEnumerable<string> remove, byte[] orderJson)
    {
        var staging = Path.Combine(orderFolder, StagingFolder);

        // order.json goes last: it says that there is a new certificate, so the certificate must be there.
        var staged = replacements.Append(new(StoredOrder.FileName, orderJson)).ToArray();
        try
        {
            files.CreateFolder(staging);
            foreach (var file in staged)
            {
                files.Write(Path.Combine(staging, file.Key), file.Value);
            }
        }
        catch (PoshAcmeException)
        {
            TryDiscard(staging);
            throw;
        }

        var journal = new JObject
        {
            ["files"] = new JArray(staged.Select(file => file.Key)),
            ["remove"] = new JArray(remove),
        };
        files.WriteJson(Path.Combine(orderFolder, JournalFile), journal);
        Finish(orderFolder, journal);
    }

    private void Finish(string orderFolder, JObject journal)
    {
        var staging = Path.Combine(orderFolder, StagingFolder);
        foreach (var name in Names(journal, "files"))
        {
            // One that is no longer staged was renamed before the interruption.
            var source = Path.Combine(staging, name);
            if (files.System.FileExists(source))
            {
                files.Move(source, Path.Combine(orderFolder, name));
            }
        }

        foreach (var name in Names(journal, "remove"))
        {
            files.Delete(Path.Combine(orderFolder, name));
        }

        files.Delete(Path.Combine(orderFolder, JournalFile));
        files.DeleteFolder(staging);
    }

    private void TryDiscard(string staging)
    {
        try
        {
            files.DeleteFolder(staging);
        }
        catch (PoshAcmeException)
        {
            // What failed first is the error to tell; the next replacement clears the folder.
        }
    }
}
